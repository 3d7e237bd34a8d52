import type { Failure, ProbeResult, WriteResult } from '@isthmus/connector-kit';
import { assumeStored, overlayBase, overlayRenewed, policyFor } from '@isthmus/decide';
import { readPointer } from '@isthmus/canonical';
import { equalJson } from '@isthmus/json';
import type { JsonObject } from '@isthmus/json';
import type { ReplicaOutcome, WrittenChange } from '@isthmus/ledger';
import { readOnlyFields, toldFields } from '../topology/read-only-fields.js';
import { rowHash } from '../topology/row-hash.js';
import type { StageContext } from '../topology/stage-context.js';
import type { LiveConnection, StreamBinding } from '../topology/topology.js';
import type { Attempts } from './attempts.js';
import { baseAfterRepeat } from './base-after-repeat.js';
import { keptBase } from './kept-base.js';
import { afterFailure, mayExist, outcomeOf } from './outcomes.js';
import type { PreparedWrite } from './prepare-replicas.js';
import { Results } from './results.js';
import type { Delivered, Settle } from './results.js';
import { tried } from './try-call.js';
import type { Chunk } from './try-call.js';

/**
 * Writes what needs writing, in the connector's batch sizes and with its concurrency, and settles as results come in.
 *
 * @returns true when something found by a probe still has to be brought up to date
 */
export async function writeGroups(
  context: StageContext,
  connection: LiveConnection,
  writes: readonly PreparedWrite[],
  attempts: Attempts,
  settle: Settle,
): Promise<boolean> {
  const chunks = [...groupByStream(writes)].flatMap(([binding, group]) => chunksOf(binding, group));
  const results = new Results(settle);
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let chunk = chunks[next++]; chunk; chunk = chunks[next++]) {
      results.add(await writeChunk(context, connection, chunk, attempts));
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrencyOf(writes), chunks.length) }, worker));
  await results.flush();
  return results.again;
}

function groupByStream(writes: readonly PreparedWrite[]): Map<StreamBinding, PreparedWrite[]> {
  const groups = new Map<StreamBinding, PreparedWrite[]>();
  for (const write of writes) groups.set(write.binding, [...(groups.get(write.binding) ?? []), write]);
  return groups;
}

function chunksOf(binding: StreamBinding, group: readonly PreparedWrite[]): Chunk[] {
  const size = Math.max(1, binding.stream.write?.batchSize ?? 1);
  const kinds = { create: [], update: [], probe: [], remove: [] } as Record<Chunk['kind'], PreparedWrite[]>;
  for (const write of group) kinds[kindOf(write)].push(write);
  return (Object.keys(kinds) as Chunk['kind'][]).flatMap((kind) => {
    const chunks: Chunk[] = [];
    for (let from = 0; from < kinds[kind].length; from += size)
      chunks.push({ binding, kind, writes: kinds[kind].slice(from, from + size) });
    return chunks;
  });
}

/** A create that may have taken effect already is looked up before it is repeated. */
function kindOf({ replica, remove, binding }: PreparedWrite): Chunk['kind'] {
  if (replica.nativeId !== null) return remove ? 'remove' : 'update';
  return mayExist(replica) && binding.stream.write?.probe ? 'probe' : 'create';
}

function concurrencyOf(writes: readonly PreparedWrite[]): number {
  return Math.max(1, ...writes.map((write) => write.binding.stream.write?.concurrency ?? 4));
}

async function writeChunk(
  context: StageContext,
  connection: LiveConnection,
  chunk: Chunk,
  attempts: Attempts,
): Promise<Delivered[]> {
  if (chunk.kind === 'probe') return probeChunk(context, connection, chunk, attempts);
  const items = chunk.writes.map((write) => write.item);
  const { write } = chunk.binding.stream;
  const results = await tried(context, connection, chunk, attempts, (connector) =>
    chunk.kind === 'remove'
      ? (write?.remove?.(
          connector,
          items.map((item) => item.nativeId ?? ''),
        ) ?? [])
      : (write?.write(connector, items) ?? []),
  );
  return chunk.writes.map((prepared, index) => {
    const result = results[index] ?? { ok: false as const, failure: NO_RESULT };
    if (!result.ok) return { outcome: afterFailure(context, prepared.replica, result.failure) };
    if (prepared.remove)
      return {
        outcome: outcomeOf(prepared.replica, { state: 'gone', written: true, attempts: 0, triedVersions: [] }),
      };
    return {
      ...written(context, connection, prepared, result),
      ...answerOf(context, connection, prepared, result),
    };
  });
}

const NO_RESULT: Failure = {
  kind: 'unknown',
  code: 'delivery.no-result',
  message: { en: 'The connector gave no result for this record.', zh: '连接器没有返回该记录的结果。' },
};

async function probeChunk(
  context: StageContext,
  connection: LiveConnection,
  chunk: Chunk,
  attempts: Attempts,
): Promise<Delivered[]> {
  const items = chunk.writes.map((write) => write.item);
  const found = await tried(
    context,
    connection,
    chunk,
    attempts,
    (connector) => chunk.binding.stream.write?.probe?.(connector, items) ?? [],
  );
  const outcomes: Delivered[] = [];
  const absent: PreparedWrite[] = [];
  chunk.writes.forEach((write, index) => {
    const result = (found[index] ?? { failure: NO_RESULT }) as ProbeResult | { ok: false; failure: Failure };
    if ('failure' in result)
      outcomes.push({ outcome: afterFailure(context, { ...write.replica, outcomeUnknown: true }, result.failure) });
    else if (result.found) outcomes.push({ outcome: adopted(context, connection, write, result.found) });
    else if (write.remove)
      outcomes.push({ outcome: outcomeOf(write.replica, { state: 'gone', attempts: 0, triedVersions: [] }) });
    else absent.push(write);
  });
  if (absent.length > 0)
    outcomes.push(...(await writeChunk(context, connection, { ...chunk, kind: 'create', writes: absent }, attempts)));
  return outcomes;
}

/** The earlier call had taken effect: take its id; the next round brings the rest up to date, if anything differs. */
function adopted(
  context: StageContext,
  connection: LiveConnection,
  { replica, binding, item, sent = item.native }: PreparedWrite,
  found: { readonly nativeId: string; readonly stored?: JsonObject },
): ReplicaOutcome {
  const base =
    found.stored === undefined ? null : JSON.stringify(baseAfterRepeat(connection, binding, sent, found.stored));
  return outcomeOf(replica, {
    state: 'pending',
    dueAt: context.clock.now(),
    nativeId: found.nativeId,
    base: base === null ? null : keptBase(connection, binding, replica, base),
    baseHash: base === null ? null : rowHash(base),
    attempts: 0,
    outcomeUnknown: false,
    triedVersions: [],
    written: true,
    lane: 0,
  });
}

function written(
  context: StageContext,
  connection: LiveConnection,
  { replica, item, binding, isPart }: PreparedWrite,
  result: Extract<WriteResult, { ok: true }>,
): Pick<Delivered, 'outcome' | 'renewed'> {
  const stored =
    result.stored && mayExist(replica)
      ? baseAfterRepeat(connection, binding, item.native, result.stored)
      : result.stored;
  const row = stored ? overlayBase(item.base, stored, item.changed) : assumeStored(item.base, item.changed);
  const modifiedAt = result.stored && binding.stream.modifiedAt?.(result.stored);
  const kept = (base: JsonObject): Pick<ReplicaOutcome, 'base' | 'baseHash'> => {
    const text = JSON.stringify(base);
    return { base: keptBase(connection, binding, replica, text), baseHash: rowHash(text) };
  };
  const outcome = outcomeOf(replica, {
    // What was left out to break a ring of references follows at once, as an update.
    ...(isPart
      ? { state: 'pending', dueAt: context.clock.now(), lane: 0 }
      : { state: 'settled', deliveredVersion: replica.recordVersion }),
    nativeId: result.nativeId,
    nativeVersion: result.nativeVersion ?? null,
    ...kept(row),
    modifiedAt: modifiedAt === undefined ? null : new Date(modifiedAt),
    attempts: 0,
    outcomeUnknown: false,
    triedVersions: [],
    written: true,
  });
  const { base: old } = item;
  if (old === undefined) return { outcome };
  const renewed: Delivered['renewed'] = (text, baseHash) => {
    const { base, isWhole } = overlayRenewed(old, JSON.parse(text) as JsonObject, row, item.changed);
    // Where it is not known which came last, what the source shows of this write later is no edit of the source.
    const triedVersions = isWhole ? [] : [replica.recordVersion];
    return { ...outcome, ...kept(base), knownBaseHash: baseHash, triedVersions };
  };
  return { outcome, renewed };
}

/**
 * A write may come back with values that nobody sent: an order that is confirmed at once, a number that the system gives. After an update
 * these are the fields that the hub only reads and that changed there; after a create, where nothing is known from before, the ones that
 * the record lacks, and of those that the hub only reads the ones that this system owns.
 */
function answerOf(
  context: StageContext,
  connection: LiveConnection,
  { replica, item, binding }: PreparedWrite,
  result: Extract<WriteResult, { ok: true }>,
): { answer?: WrittenChange } {
  const candidates = item.base ? readOnlyFields(binding) : toldFields(binding);
  if (!result.stored || candidates.length === 0) return {};
  const told = binding.mapping.toCanonical(result.stored, connection.environment);
  const before = item.base && binding.mapping.toCanonical(item.base, connection.environment);
  if (!told.ok) return {};
  const known = before?.ok ? before.body : undefined;
  const flow = context.topology.current().flows.get(replica.entity);
  const fields = candidates.filter((pointer) => {
    const value = readPointer(told.body, pointer) ?? undefined;
    const held = readPointer(replica.body as JsonObject, pointer);
    if (value === undefined || equalJson(value, held)) return false;
    if (known) return !equalJson(value, readPointer(known, pointer));
    if (held === undefined) return true;
    return (
      readOnlyFields(binding).includes(pointer) &&
      flow !== undefined &&
      policyFor(flow.policies, pointer, flow.plan).owner === connection.id
    );
  });
  if (fields.length === 0) return {};
  const { recordId, recordVersion, entity } = replica;
  const raw = JSON.stringify(result.stored);
  return {
    answer: {
      connectionId: connection.id,
      stream: binding.name,
      entity,
      nativeId: result.nativeId,
      recordId,
      recordVersion,
      raw,
      fields,
    },
  };
}
