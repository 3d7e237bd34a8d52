import type { EntityDefinition } from '@isthmus/canonical';
import type { IdentityKey } from '@isthmus/decide';
import { keyText } from '@isthmus/decide';
import type { JsonObject } from '@isthmus/json';
import type {
  ChangeOutcome,
  MergeReplica,
  NativeKey,
  NewChange,
  NewConflict,
  PendingChange,
  RecordKey,
  SourceReplica,
  StoredRecord,
} from '@isthmus/ledger';
import type { EntityFlow, StreamBinding, Topology } from '../topology/topology.js';

/** A record during a batch: as stored, and as it stands after the changes so far. */
export interface WorkingRecord {
  current: StoredRecord;
  readonly isNew: boolean;
  /** Version before the batch; 0 for a new record. */
  readonly versionAtLoad: number;
  touched: boolean;
  /** Lane of the most urgent change that touched it. */
  lane: number;
  /** Superseded versions of this batch. */
  readonly beforeImages: StoredRecord[];
  /** Keys before the batch. */
  readonly keysBefore: readonly IdentityKey[];
  keys: readonly IdentityKey[];
  /** The newest version that a connection is known to hold because it spoke in this batch. */
  readonly saidBy: Map<string, number>;
}

/** A replica during a batch. */
export interface WorkingReplica {
  readonly stored: MergeReplica;
  /** The source as it will be saved; undefined = this batch said nothing about it. */
  saved?: SourceReplica;
}

/** A change with its row mapped, ready to merge. */
export interface MappedChange {
  readonly binding: StreamBinding;
  readonly text: string;
  readonly hash: string;
  readonly row: JsonObject;
  /** Canonical body with references resolved; undefined = the mapping refused the row (then `issues`). */
  readonly body: JsonObject | undefined;
  readonly issues: readonly object[];
  /** References that no replica of the connection knows. */
  readonly missing: readonly { readonly stream: string; readonly id: string }[];
}

/** Everything a batch reads and writes, in memory between one load and one save. */
export class MergeSession {
  readonly records = new Map<string, WorkingRecord>();
  readonly replicas = new Map<string, WorkingReplica>();
  readonly mapped = new Map<string, MappedChange>();
  /** Base bodies by native key, mapped with today's mapping. */
  readonly bases = new Map<string, JsonObject | undefined>();
  readonly outcomes: ChangeOutcome[] = [];
  readonly conflicts: NewConflict[] = [];
  readonly gone: NativeKey[] = [];
  readonly newlyKnown: NativeKey[] = [];
  readonly referencesToFetch: NewChange[] = [];
  /** `<connection>|<stream>` in which a create of ours is under way. */
  readonly creating = new Set<string>();
  /** Replicas per record and connection, to see whether a record is already linked there. */
  readonly linked = new Set<string>();
  private readonly byKey = new Map<string, Set<string>>();

  constructor(
    readonly topology: Topology,
    readonly flow: EntityFlow,
    readonly now: Date,
  ) {}

  get definition(): EntityDefinition {
    return this.flow.definition;
  }

  /** Makes a record findable by its keys. */
  index(recordId: string, keys: readonly IdentityKey[]): void {
    for (const key of keys) {
      const text = keyText(key);
      const holders = this.byKey.get(text) ?? new Set<string>();
      holders.add(recordId);
      this.byKey.set(text, holders);
    }
  }

  /** Takes a record out of the keys that it lost. */
  unindex(recordId: string, keys: readonly IdentityKey[]): void {
    for (const key of keys) this.byKey.get(keyText(key))?.delete(recordId);
  }

  /** Records that share a key. */
  holdersOf(keys: readonly IdentityKey[]): Set<string> {
    return new Set(keys.flatMap((key) => [...(this.byKey.get(keyText(key)) ?? [])]));
  }

  /** Notes what became of a change. */
  settle(change: PendingChange, outcome: Partial<ChangeOutcome> & Pick<ChangeOutcome, 'state'>): void {
    const mappingVersion = this.mapped.get(change.id)?.binding.mappingVersion ?? null;
    this.outcomes.push({
      id: change.id,
      receivedAt: change.receivedAt,
      recordId: null,
      recordVersion: null,
      mappingVersion,
      reason: null,
      waitingOn: null,
      ...outcome,
    });
  }

  /** Records that got a new version. */
  touchedRecords(): WorkingRecord[] {
    return [...this.records.values()].filter((record) => record.touched);
  }

  /** Source replicas to save, each once. */
  sourceReplicas(): SourceReplica[] {
    return [...this.replicas.values()].flatMap((replica) => (replica.saved ? [replica.saved] : []));
  }

  /** Identity keys that records gained and lost in this batch. */
  keyChanges(): { gained: RecordKey[]; lost: RecordKey[] } {
    const gained: RecordKey[] = [];
    const lost: RecordKey[] = [];
    for (const record of this.touchedRecords()) {
      const before = new Set(record.isNew ? [] : record.keysBefore.map(keyText));
      const after = new Set(record.keys.map(keyText));
      const recordId = record.current.id;
      for (const key of after) if (!before.has(key)) gained.push({ key, recordId });
      for (const key of before) if (!after.has(key)) lost.push({ key, recordId });
    }
    return { gained, lost };
  }
}

/** Key of a native object in the session's maps. */
export function nativeKeyText(key: NativeKey): string {
  return `${key.connectionId}|${key.stream}|${key.nativeId}`;
}
