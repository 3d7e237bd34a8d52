/** What is known when something speaks again after its deletion. */
export interface AfterDelete {
  readonly recordStatus: 'active' | 'archived' | 'deleted' | 'merged';
  /** What the flow says about it. */
  readonly revive: 'review' | 'refuse' | 'newer';
  /** Source time of what is said now; undefined = the source tells none. */
  readonly saidAtMs: number | undefined;
  /** Time of the deletion; undefined = not known. */
  readonly goneAtMs: number | undefined;
  /** True = it was read from the system just now, so it is there; false = a message, which may be late. */
  readonly wasRead: boolean;
  readonly canRead: boolean;
  /** True = a native object that the hub never saw, with the identity keys of something that was deleted. */
  readonly isNew: boolean;
}

/**
 * `stale`: said before the deletion; `read-again`: see whether it is there at all; `relink`: the record lives, only its copy there was gone;
 * `revive`: the record lives again; `review` and `refuse`: it stays deleted.
 */
export type AfterDeleteStep = 'stale' | 'read-again' | 'relink' | 'revive' | 'review' | 'refuse';

/**
 * Decides what becomes of something that speaks after its deletion. A deleted record comes back only when its source says so with a newer
 * time and the flow allows it, or when a person decides it.
 */
export function afterDelete(facts: AfterDelete): AfterDeleteStep {
  const { saidAtMs, goneAtMs, revive, wasRead, canRead, isNew } = facts;
  const isTimed = saidAtMs !== undefined && goneAtMs !== undefined;
  const isNewer = isTimed && saidAtMs > goneAtMs;
  // A row without a newer time that was read after all: its system does not count deletions or restorations as changes.
  if (isTimed && !isNewer && !isNew && !wasRead) return 'stale';
  if (!isNewer && !wasRead && canRead) return 'read-again';
  if (facts.recordStatus === 'active') return 'relink';
  if (revive === 'newer' && isNewer) return 'revive';
  return revive === 'refuse' ? 'refuse' : 'review';
}
