/** A connection's part in a flow. */
export interface FlowMember {
  readonly connection: string;
  /** Streams of the connection that hold this entity; a new record goes to the first one whose mapping accepts it. */
  readonly streams: readonly string[];
  /** `in` = the hub only reads from it, `out` = only writes to it. @default both */
  readonly direction: 'both' | 'in' | 'out';
  /** Whether records that the connection does not have yet are created there. @default true */
  readonly create: boolean;
}

/** What happens when two systems changed one field, or when a system that does not own it changed it. */
export interface FieldPolicy {
  /**
   * What settles a conflict. `owner`: the owner's value; `latest`: the newer source time; `ranking`: the connection that stands first;
   * `union`: what either side added to a list of values; `maximum`, `minimum`: the greater or smaller number, amount or date; `review`: a
   * person decides.
   */
  readonly resolve: 'owner' | 'latest' | 'ranking' | 'union' | 'maximum' | 'minimum' | 'review';
  /** Owning connection, with `owner`. */
  readonly owner?: string;
  /** With `owner`: edits by others are put back even without a conflict. @default false */
  readonly strict?: boolean;
  /** With `ranking` and for ties of `latest`: connections, the most trusted first. @default the flow's ranking */
  readonly ranking?: readonly string[];
}

/** What a deletion in one system means for the others. */
export type DeletePolicy = 'ignore' | 'archive' | 'propagate' | 'review';

/**
 * What becomes of something that speaks again after its deletion: `review`: a person decides; `refuse`: it stays deleted and is reported;
 * `newer`: it is taken up again when its source time is after the deletion, else a person decides. Never silently.
 */
export type RevivePolicy = 'review' | 'refuse' | 'newer';

/** Stops a mass deletion: what goes beyond waits for one decision of a person, whatever the delete policy. */
export interface DeleteBrake {
  /** Most deletions that one connection may tell of one entity within the window. @default 50 */
  readonly count: number;
  /** Largest share, from 0 to 1, of the connection's copies of the entity; it never holds five or fewer deletions. @default 0.1 */
  readonly share: number;
  /** Length of the window in minutes. @default 60 */
  readonly windowMinutes: number;
}

/** When both sides of a flow's streams are compared in full. */
export interface ReconcileSchedule {
  /** Time between two comparisons, such as `24h`, `90m`, `7d`; false = only on demand. @default 24h */
  readonly every: string | false;
  /**
   * Whether a comparison by the clock or after an outage repairs what it found, by the flow's own policies. Differences that a changed
   * mapping explains are never repaired by themselves, nor deletions without `detectDeletes`. @default true
   */
  readonly repair: boolean;
  /** How long after the end of an outage a connection's streams are compared, such as `1m`; false = not at all. @default 1m */
  readonly afterOutage: string | false;
}

/** Policies of a flow. */
export interface FlowPolicy {
  readonly default: FieldPolicy;
  /** Canonical path (dots, no list indexes; a path covers what is below it) → policy. */
  readonly fields: { readonly [path: string]: FieldPolicy };
  /**
   * Connections, the most trusted first; `hub` stands for what people enter in the hub. Who is not named comes last.
   * @default hub, then the members in their order
   */
  readonly ranking?: readonly string[];
  /**
   * How far the clocks of two systems may be apart, in seconds: nearer source times are a tie, and a source time further in the future counts
   * as the time of receipt. @default 2
   */
  readonly clockSkewSeconds?: number;
  readonly deletes: DeletePolicy;
  /** @default review */
  readonly revive?: RevivePolicy;
  readonly deleteBrake?: Partial<DeleteBrake>;
  /**
   * Whether an object that a complete read no longer lists, and that cannot be fetched either, counts as deleted there. For streams that
   * tell no deletions. @default false
   */
  readonly detectDeletes?: boolean;
  readonly reconcile?: Partial<ReconcileSchedule>;
  /** Identity key kind → strength, where it differs from the canonical model. */
  readonly match: { readonly [kind: string]: 'strong' | 'medium' | 'weak' | 'off' };
  /**
   * `confirm`: all member systems are read and matched first, and nothing is written to any of them until a person has confirmed the
   * matching report; so too when a member joins later. `automatic`: writing begins as soon as a system was read. @default automatic
   */
  readonly firstSync?: FirstSync;
  /**
   * What becomes of the second copy where two records that are merged both have one in the same system: `keep`: it stays there, edits of
   * it count for the record, and the report names it; `remove`: it is deleted there. @default keep
   */
  readonly doubles?: DoublesPolicy;
}

/** How writing begins between systems that already hold data. */
export type FirstSync = 'automatic' | 'confirm';

/** What becomes of a second copy in one system. */
export type DoublesPolicy = 'keep' | 'remove';
