/** Why two sides differ. */
export type DriftCause = 'late' | 'lost' | 'edited-both' | 'mapping' | 'forbidden' | 'deleted';

/**
 * What puts a difference right: `merge` what the far side says, by the flow's policies; `write` the record there; `put-back` what the record
 * says over an edit that does not count; `delete` by the delete policy; `create` there again; `remove` there what is deleted here; `none`:
 * it rights itself, or a person has to.
 */
export type DriftAction = 'none' | 'merge' | 'write' | 'put-back' | 'delete' | 'create' | 'remove';

/** A difference with its cause, in detail a word that says more, and what puts it right. */
export interface Drift {
  readonly cause: DriftCause;
  readonly detail: string;
  readonly action: DriftAction;
}

/** What is known of a copy whose two sides were compared. */
export interface ComparedSides {
  /** Fields that the far side holds otherwise than when it was last heard or written, and otherwise than the record. */
  readonly far: readonly string[];
  /** Fields of the record that the copy was never brought up to. */
  readonly ours: readonly string[];
  /** Fields of `far` that this connection may not change. */
  readonly forbidden: readonly string[];
  /** True = the mapping refuses one of the sides. */
  readonly refused: boolean;
  /** True = something that the connection told is still on its way in. */
  readonly changeOnItsWay: boolean;
  /** True = a delivery to the copy is due or under way. */
  readonly deliveryOnItsWay: boolean;
  /** True = the far side's row is older than the one it was last known to hold: a write of ours vanished there. */
  readonly wentBack: boolean;
  /** True = the mapping was changed after the copy was last in step. */
  readonly mappingChanged: boolean;
  /** Whether the connection is read in its flow. */
  readonly reads: boolean;
}

/** Sorts a difference by its cause; undefined = both sides are in step. */
export function classifyDrift(sides: ComparedSides): Drift | undefined {
  if (sides.changeOnItsWay) return isDifferent(sides) ? drift('late', 'change-on-its-way', 'none') : undefined;
  if (sides.refused) return drift('mapping', 'refused', sides.reads ? 'merge' : 'none');
  return sides.far.length > 0 ? farDrift(sides) : ourDrift(sides);
}

function isDifferent({ far, ours, refused }: ComparedSides): boolean {
  return refused || far.length > 0 || ours.length > 0;
}

function farDrift(sides: ComparedSides): Drift {
  const { far, ours, forbidden, reads } = sides;
  if (sides.wentBack) return drift('lost', 'write-vanished', 'put-back');
  if (!reads) return drift('forbidden', 'only-written', 'put-back');
  const changed = new Set(ours);
  if (far.some((field) => changed.has(field))) return drift('edited-both', 'same-field', 'merge');
  if (forbidden.length === far.length) return drift('forbidden', 'owned-by-another', 'merge');
  return drift('lost', 'edit-not-told', 'merge');
}

function ourDrift(sides: ComparedSides): Drift | undefined {
  if (sides.ours.length === 0) return undefined;
  if (sides.deliveryOnItsWay) return drift('late', 'delivery-on-its-way', 'none');
  if (sides.mappingChanged) return drift('mapping', 'mapping-changed', 'write');
  return drift('lost', 'never-written', 'write');
}

function drift(cause: DriftCause, detail: string, action: DriftAction): Drift {
  return { cause, detail, action };
}

/** How much a difference of each cause counts against being in step: what is on its way counts little. */
const WEIGHT: { readonly [cause in DriftCause]: number } = {
  late: 0.2,
  mapping: 1,
  forbidden: 1,
  lost: 1,
  'edited-both': 1,
  deleted: 1,
};

/** Share of what was compared that is in step, weighted by cause: 1 = all of it. Nothing compared is in step. */
export function driftScore(compared: number, causes: Partial<Record<DriftCause, number>>): number {
  if (compared <= 0) return 1;
  let lost = 0;
  for (const [cause, count] of Object.entries(causes)) lost += WEIGHT[cause as DriftCause] * count;
  return Math.max(0, 1 - lost / compared);
}
