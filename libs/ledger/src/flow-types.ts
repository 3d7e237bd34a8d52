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
  /** `owner`: the owner's value wins a conflict; `latest`: the newer source time wins; `review`: a person decides. */
  readonly resolve: 'owner' | 'latest' | 'review';
  /** Owning connection, with `owner`. */
  readonly owner?: string;
  /** With `owner`: edits by others are put back even without a conflict. @default false */
  readonly strict?: boolean;
}

/** What a deletion in one system means for the others. */
export type DeletePolicy = 'ignore' | 'archive' | 'propagate' | 'review';

/** Policies of a flow. */
export interface FlowPolicy {
  readonly default: FieldPolicy;
  /** Canonical path (dots, no list indexes; a path covers what is below it) → policy. */
  readonly fields: { readonly [path: string]: FieldPolicy };
  readonly deletes: DeletePolicy;
  /** Identity key kind → strength, where it differs from the canonical model. */
  readonly match: { readonly [kind: string]: 'strong' | 'medium' | 'weak' | 'off' };
}
