import type {
  ChangeBacklog,
  Hold,
  LearntRate,
  ListedConnection,
  ListedCursor,
  ListedFlow,
  ReplicaBacklog,
  StoredBrake,
  StreamDrift,
} from '@isthmus/ledger';

/** Everything that the status is made of, read at one moment. */
export interface Readings {
  readonly now: Date;
  readonly connections: readonly ListedConnection[];
  readonly flows: readonly ListedFlow[];
  readonly cursors: readonly ListedCursor[];
  readonly replicas: readonly ReplicaBacklog[];
  readonly changes: readonly ChangeBacklog[];
  readonly conflicts: ReadonlyMap<string, number>;
  /** Entities of connections that are paused or drain. */
  readonly holds: readonly Hold[];
  readonly rates: readonly LearntRate[];
  /** Mass deletions that wait for a decision. */
  readonly brakes: readonly StoredBrake[];
  /** How in step the streams were when they were last compared. */
  readonly drift: readonly StreamDrift[];
}

/** Whole seconds since a moment. */
export function secondsSince(at: Date, now: Date): number {
  return Math.max(0, Math.floor((now.getTime() - at.getTime()) / 1_000));
}

/** How many changes of a selection are in a state. */
export function changesIn(rows: readonly ChangeBacklog[], state: ChangeBacklog['state']): number {
  return rows.reduce((sum, row) => sum + (row.state === state ? row.count : 0), 0);
}
