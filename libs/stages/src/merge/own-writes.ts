import { provenanceOf } from '@isthmus/canonical';
import type { CompactProvenance } from '@isthmus/canonical';
import { withOwnWrite } from '@isthmus/decide';
import type { JsonObject } from '@isthmus/json';
import { loadVersionBodies } from '@isthmus/ledger';
import type { MergeReplica, Sql, VersionBody } from '@isthmus/ledger';
import type { MergeSession, UnansweredWrite, WorkingRecord } from './merge-session.js';

/**
 * Loads what the hub wrote to these copies without hearing an answer; most batches have none. A copy that is only planned counts too: its
 * create may have taken effect.
 */
export async function loadOwnWrites(sql: Sql, session: MergeSession, replicas: readonly MergeReplica[]): Promise<void> {
  // The versions of a double are those of the record that it was a copy of.
  const unanswered = replicas.filter(({ triedVersions, holderId, recordId }) => triedVersions && holderId === recordId);
  const wanted = unanswered.flatMap(({ recordId, triedVersions, deliveredVersion }) =>
    [...(triedVersions ?? []), deliveredVersion].map((version) => ({ recordId, version })),
  );
  const stored = await loadVersionBodies(sql, wanted);
  for (const replica of unanswered) session.ownWrites.set(ownWriteKey(replica), writesTo(session, replica, stored));
}

function writesTo(session: MergeSession, replica: MergeReplica, stored: readonly VersionBody[]): UnansweredWrite[] {
  const { recordId, connectionId, deliveredVersion, triedVersions } = replica;
  const current = session.records.get(recordId)?.current;
  const versionOf = (version: number): Omit<VersionBody, 'recordId'> | undefined =>
    current?.version === version
      ? current
      : stored.find((other) => other.recordId === recordId && other.version === version);
  const before = (versionOf(deliveredVersion)?.body ?? {}) as JsonObject;
  return (triedVersions ?? []).flatMap((version) => {
    const tried = versionOf(version);
    if (!tried) return [];
    const provenance = tried.provenance as unknown as CompactProvenance;
    const isFromSource = (pointer: string): boolean => provenanceOf(provenance, pointer)?.connectionId === connectionId;
    return [{ version, body: tried.body as JsonObject, before, isFromSource }];
  });
}

function ownWriteKey({ recordId, connectionId }: Pick<MergeReplica, 'recordId' | 'connectionId'>): string {
  return `${recordId}|${connectionId}`;
}

/** What a source is known to have held before it said something. */
export interface KnownBase {
  readonly base: JsonObject | undefined;
  /** Newest unanswered write that the source now shows: it took effect, and can no longer come as news. */
  readonly seenWrite?: number;
}

/** What a source said before, with what the hub itself wrote there since as far as the source says it now. */
export function knownBase(
  session: MergeSession,
  { current }: WorkingRecord,
  said: { readonly connectionId: string; readonly base: JsonObject | undefined; readonly incoming: JsonObject },
): KnownBase {
  let known: KnownBase = { base: said.base };
  const key = ownWriteKey({ recordId: current.id, connectionId: said.connectionId });
  const writes = session.ownWrites.get(key) ?? [];
  for (const write of writes) {
    const base = withOwnWrite(session.flow.plan, known.base, said.incoming, write);
    if (base !== known.base) known = { base, seenWrite: write.version };
  }
  const { seenWrite } = known;
  if (seenWrite !== undefined)
    session.ownWrites.set(
      key,
      writes.filter(({ version }) => version > seenWrite),
    );
  return known;
}
