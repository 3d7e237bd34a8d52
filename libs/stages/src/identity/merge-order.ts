import type { JoinSide } from '@isthmus/decide';
import type { Database, DoublesPolicy } from '@isthmus/ledger';
import type { Topology } from '../topology/topology.js';

/** What merging and taking apart need. */
export interface IdentityParts {
  readonly database: Database;
  readonly topology: Topology;
  readonly now: Date;
}

/** A person's order to make one record of two. */
export interface MergeOrder {
  readonly survivorId: string;
  readonly otherId: string;
  /** JSON Pointer → whose value is taken, where the survivor's would not be or the other's should be. */
  readonly fields: { readonly [pointer: string]: JoinSide };
  /** Connection → whose copy is kept in step, where both have one. @default the survivor's, unless only the other's still exists */
  readonly keep: { readonly [connectionId: string]: JoinSide };
  /** @default the flow's policy */
  readonly doubles?: DoublesPolicy;
  /** Who orders it: `api:<key name>`. */
  readonly actor: string;
  /** The versions that the person saw; undefined = whatever they are now. */
  readonly survivorVersion?: number;
  readonly otherVersion?: number;
}

/** Why two records are not merged or taken apart; nothing was changed. */
export interface IdentityRefusal {
  readonly code:
    | 'record.not-found'
    | 'record.merge-unfit'
    | 'record.merge-choice'
    | 'record.merge-busy'
    | 'record.version-moved'
    | 'record.merge-invalid'
    | 'record.not-merged'
    | 'record.merged-again'
    | 'record.image-missing';
  /** Places in the order or in the record that would be, with what is wrong there. */
  readonly places?: readonly { readonly pointer: string; readonly code: string; readonly message: string }[];
}

/** A copy of one of the two records, and what becomes of it. */
export interface MovedReplica {
  readonly connectionId: string;
  readonly stream: string;
  readonly nativeId: string | null;
  /** Whose it was. */
  readonly of: JoinSide;
  /**
   * `stays` with its record; `moves` to it; `kept-double`: a second copy in that system, left alone there; `removed-double`: deleted there;
   * `gone`: had been deleted there before; `dropped`: was only planned.
   */
  readonly what: 'stays' | 'moves' | 'kept-double' | 'removed-double' | 'gone' | 'dropped';
}
