import type { EntityDefinition } from '@isthmus/canonical';
import type { IdentityKey, OwnWrite } from '@isthmus/decide';
import { keyText } from '@isthmus/decide';
import type { JsonObject } from '@isthmus/json';
import type {
  ChangeOutcome,
  GoneObject,
  MergeReplica,
  NativeKey,
  NewChange,
  NewConflict,
  PendingChange,
  RecordKey,
  SourceReplica,
  StoredRecord,
  Tombstone,
} from '@isthmus/ledger';
import type { CompiledMapping } from '@isthmus/mapping';
import type { EntityFlow, StreamBinding, Topology } from '../topology/topology.js';
import { noErasedParts } from './erased-parts.js';

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
  /** Set when this batch brought its deletion: source time of it. */
  goneSince?: Date;
}

/** A change with its row mapped, ready to merge. */
export interface MappedChange {
  readonly binding: StreamBinding;
  readonly text: string;
  readonly hash: string;
  readonly row: JsonObject;
  /** Canonical body with references resolved; undefined = the mapping refused the row (then `issues`). */
  readonly body: JsonObject | undefined;
  /** Why the mapping refused the row; or, with a body, what it gave up on the way (a text that was cut). */
  readonly issues: readonly object[];
  /** References that no replica of the connection knows. */
  readonly missing: readonly { readonly stream: string; readonly id: string }[];
}

/** A write to a source without an answer, with the version of the record that it said. */
export interface UnansweredWrite extends OwnWrite {
  readonly version: number;
}

/** Everything a batch reads and writes, in memory between one load and one save. */
export class MergeSession {
  readonly records = new Map<string, WorkingRecord>();
  readonly replicas = new Map<string, WorkingReplica>();
  readonly mapped = new Map<string, MappedChange>();
  /** Base bodies by native key, mapped with today's mapping. */
  readonly bases = new Map<string, JsonObject | undefined>();
  /** Base rows by native key, as the far sides hold them. */
  readonly baseRows = new Map<string, JsonObject>();
  /** Writes of the hub that were never answered, by record and connection, oldest first. */
  readonly ownWrites = new Map<string, readonly UnansweredWrite[]>();
  readonly outcomes: ChangeOutcome[] = [];
  readonly conflicts: NewConflict[] = [];
  readonly gone: GoneObject[] = [];
  /** Objects that were replaced by others, by native key. */
  readonly tombstones = new Map<string, Tombstone>();
  /** New native objects of records whose old ones in the same connection are gone. */
  readonly replaced: { readonly recordId: string; readonly connectionId: string; readonly nativeId: string }[] = [];
  /** Records that were deleted or archived and live again. */
  readonly revived = new Set<string>();
  readonly erased = noErasedParts();
  /** Connections whose deletions are held, with the brake that holds them. */
  readonly brakes = new Map<string, string>();
  readonly newlyKnown: NativeKey[] = [];
  readonly referencesToFetch: NewChange[] = [];
  /** `<connection>|<stream>` in which a create of ours is under way. */
  readonly creating = new Set<string>();
  /** Replicas per record and connection, to see whether a record is already linked there. */
  readonly linked = new Set<string>();
  private readonly byKey = new Map<string, Set<string>>();
  private readonly aliases = new Map<string, IdentityKey[]>();

  constructor(
    readonly topology: Topology,
    readonly flow: EntityFlow,
    readonly now: Date,
    /** With rows that are mapped anew: the mapping that their bases were mapped with. */
    readonly mappingBefore?: CompiledMapping,
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

  /** Makes a record findable by a key that its body does not hold (any more): records that were merged into it had it. */
  alias(recordId: string, key: IdentityKey): void {
    const text = keyText(key);
    if (this.records.get(recordId)?.keys.some((held) => keyText(held) === text)) return;
    this.aliases.set(recordId, [...(this.aliases.get(recordId) ?? []), key]);
    this.index(recordId, [key]);
  }

  /** All keys by which a record is known. */
  keysOf(record: WorkingRecord): readonly IdentityKey[] {
    const aliases = this.aliases.get(record.current.id);
    return aliases ? [...record.keys, ...aliases] : record.keys;
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

/** A native object whose record was merged into another that has a copy of its own in this connection. */
export function isDouble({ stored }: WorkingReplica): boolean {
  return stored.holderId !== stored.recordId;
}

/** Key of a native object in the session's maps. */
export function nativeKeyText(key: NativeKey): string {
  return `${key.connectionId}|${key.stream}|${key.nativeId}`;
}
