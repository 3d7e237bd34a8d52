import { hubConnectionId, provenanceOf } from '@isthmus/canonical';
import type { CompactProvenance } from '@isthmus/canonical';
import { bodyDifferences } from '@isthmus/decide';
import type { BodyDifference } from '@isthmus/decide';
import type { JsonObject } from '@isthmus/json';
import { findChangeNatives } from '@isthmus/ledger';
import type { MergeUndo, PairReplica, Sql, StoredRecord } from '@isthmus/ledger';
import { MEMORY } from './references.js';

/** What became of a merged record since, by whose native object said it. */
export interface AttributedChanges {
  readonly ofSurvivor: readonly BodyDifference[];
  readonly ofOther: readonly BodyDifference[];
  /** Said by a person, or by nobody who is known: they stay with the survivor and are reported. */
  readonly unattributed: readonly BodyDifference[];
}

/** Key of a native object, for sets. */
export function nativeText(key: {
  readonly connectionId: string;
  readonly stream: string;
  readonly nativeId: string | null;
}): string {
  return `${key.connectionId}|${key.stream}|${key.nativeId ?? ''}`;
}

/**
 * Tells apart what was changed on a merged record since its merge: what the other record's native objects said is the other record's. A
 * change that is not kept any more counts for whoever alone has a copy in its connection.
 *
 * @param merged body as the merge made it
 */
export async function attributeChanges(
  sql: Sql,
  merged: JsonObject,
  current: StoredRecord,
  undo: MergeUndo,
  replicas: readonly PairReplica[],
): Promise<AttributedChanges> {
  const differences = bodyDifferences(current.entity, merged, current.body as JsonObject).filter(
    ({ pointer }) => pointer !== `/${MEMORY}`,
  );
  if (differences.length === 0) return { ofSurvivor: [], ofOther: [], unattributed: [] };
  const provenance = current.provenance as unknown as CompactProvenance;
  const sources = differences.map(({ pointer }) => provenanceOf(provenance, pointer));
  const ids = sources.flatMap((source) => (source && /^\d{1,18}$/.test(source.changeId) ? [source.changeId] : []));
  const natives = new Map((await findChangeNatives(sql, [...new Set(ids)])).map((row) => [row.id, nativeText(row)]));
  const theirs = new Set(undo.ofOther.map(nativeText));
  const theirConnections = new Set(undo.ofOther.map((native) => native.connectionId));
  const myConnections = new Set(
    replicas.filter((replica) => !theirs.has(nativeText(replica))).map((replica) => replica.connectionId),
  );
  const sideOf = (source: (typeof sources)[number]): keyof AttributedChanges => {
    if (!source || source.connectionId === hubConnectionId) return 'unattributed';
    const native = natives.get(source.changeId);
    if (native !== undefined) return theirs.has(native) ? 'ofOther' : 'ofSurvivor';
    const [mine, other] = [myConnections, theirConnections].map((known) => known.has(source.connectionId));
    if (mine === other) return 'unattributed';
    return other ? 'ofOther' : 'ofSurvivor';
  };
  const found = { ofSurvivor: [], ofOther: [], unattributed: [] } as {
    [side in keyof AttributedChanges]: BodyDifference[];
  };
  differences.forEach((difference, index) => found[sideOf(sources[index])].push(difference));
  return found;
}
