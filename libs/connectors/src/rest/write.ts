import { FailureError, makeFailure, splitBulk, writeEach } from '@isthmus/connector-kit';
import type {
  ConnectorContext,
  HttpAnswer,
  Json,
  JsonObject,
  ProbeResult,
  Row,
  StreamWrite,
  WriteItem,
  WriteResult,
} from '@isthmus/connector-kit';
import { objectAt, readAt, textAt, withValueAt } from './at-path.js';
import { DUPLICATE } from './failures.js';
import { fillPath } from './fill-path.js';
import { rowsAt } from './read.js';
import type { RestBulk, RestStream, RestWrite, RestWriteCall } from './settings.js';

/** How a stream is written, made from its manifest. */
export function streamWrite(stream: RestStream, write: RestWrite): StreamWrite {
  const { lookup, upsert } = write.idempotency;
  return {
    batchSize: write.bulk?.size ?? 1,
    ...(write.concurrency === undefined ? {} : { concurrency: write.concurrency }),
    repeat: lookup ? 'probe' : upsert ? 'upsert' : 'idempotency-key',
    write: (context, items) => writeItems(context, stream, write, items),
    ...(lookup
      ? { probe: (context, items) => Promise.all(items.map((item) => probe(context, stream, write, item))) }
      : {}),
    ...(write.remove ? { remove: (context, ids) => writeEach(ids, (id) => removeOne(context, write, id)) } : {}),
  };
}

async function writeItems(
  context: ConnectorContext,
  stream: RestStream,
  write: RestWrite,
  items: readonly WriteItem[],
): Promise<readonly WriteResult[]> {
  const one = (item: WriteItem): Promise<WriteResult> =>
    item.nativeId === undefined
      ? create(context, stream, write, item)
      : update(context, stream, write, item, item.nativeId);
  const { bulk } = write;
  const creates = items.filter(({ nativeId }) => nativeId === undefined);
  const [only] = items;
  // An idempotency header names one request, and the rows that travel together in a repetition may be others than before.
  const singly = write.idempotency.header !== undefined && write.create !== undefined;
  const inBulk = bulk && !singly && creates.length > 0 && (creates.length > 1 || !write.create);
  // A single item's failure is thrown, so that the stage sees a call that failed as a whole.
  if (!inBulk) return only && items.length === 1 ? [await one(only)] : writeEach(items, one);
  const send = (some: readonly WriteItem[]): Promise<readonly WriteResult[]> => createMany(context, write, bulk, some);
  const created = bulk.allOrNothing ? await splitBulk(creates, send) : await send(creates);
  const updated = await writeEach(
    items.filter(({ nativeId }) => nativeId !== undefined),
    one,
  );
  let nextCreated = 0;
  let nextUpdated = 0;
  return items.map((item) => resultAt(item.nativeId === undefined ? created[nextCreated++] : updated[nextUpdated++]));
}

async function create(
  context: ConnectorContext,
  stream: RestStream,
  write: RestWrite,
  item: WriteItem,
): Promise<WriteResult> {
  const { create: call, idempotency } = write;
  if (!call)
    return {
      ok: false,
      failure: makeFailure(
        'invalid',
        'rest.no-create',
        'This stream has no end point that creates rows.',
        '该数据流没有新建接口。',
      ),
    };
  try {
    const answer = await context.http.call({
      method: call.method ?? 'POST',
      path: fillPath(call.path, { recordId: item.recordId }),
      template: call.path,
      json: wrapped(call.bodyAt, rowToCreate(write, item)),
      ...(idempotency.header ? { headers: { [idempotency.header]: item.idempotencyKey } } : {}),
      idempotent: !idempotency.lookup,
    });
    return createdResult(stream, call, answer.body);
  } catch (error) {
    if (!(error instanceof FailureError) || error.failure.code !== DUPLICATE) throw error;
    return alreadyThere(await probe(context, stream, write, item), error.failure);
  }
}

/** The far side says that it has the record: where it can be looked up, that is the success of an earlier call. */
function alreadyThere(probed: ProbeResult, failure: FailureError['failure']): WriteResult {
  if ('found' in probed && probed.found) return { ok: true, ...probed.found };
  return { ok: false, failure };
}

async function update(
  context: ConnectorContext,
  stream: RestStream,
  write: RestWrite,
  item: WriteItem,
  id: string,
): Promise<WriteResult> {
  const call = write.update;
  if (!call)
    return {
      ok: false,
      failure: makeFailure(
        'invalid',
        'rest.no-update',
        'This stream has no end point that updates rows.',
        '该数据流没有更新接口。',
      ),
    };
  const method = call.method ?? 'PATCH';
  const sends = call.sends ?? (method === 'PATCH' ? 'changed' : 'all');
  const version = call.ifMatch ? textAt(item.base, stream.version) : undefined;
  const answer = await context.http.call({
    method,
    path: fillPath(call.path, { id, recordId: item.recordId }),
    template: call.path,
    json: wrapped(call.bodyAt, sends === 'changed' ? item.changed : item.native),
    ...(version === undefined ? {} : { headers: { 'if-match': version } }),
    // The same fields once more make no second effect; with If-Match a repetition would only be refused.
    idempotent: version === undefined,
  });
  return { ok: true, nativeId: id, ...storedPart(stream, call, answer) };
}

async function createMany(
  context: ConnectorContext,
  write: RestWrite,
  bulk: RestBulk,
  items: readonly WriteItem[],
): Promise<readonly WriteResult[]> {
  const rows = items.map((item) => rowToCreate(write, item));
  const answer = await context.http.call({
    method: bulk.method ?? 'POST',
    path: bulk.path,
    template: bulk.path,
    json: bulk.itemsAt === undefined ? rows : withValueAt({}, bulk.itemsAt, rows),
    idempotent: write.idempotency.field !== undefined,
  });
  const results = readAt(answer.body, bulk.resultsAt);
  if (!Array.isArray(results) || results.length !== items.length) {
    // It was a success, so rows were made; which ones has to be looked up.
    throw new FailureError(
      makeFailure(
        'unknown',
        'rest.bulk-results',
        'The answer of the bulk call has not one result for each row.',
        '批量接口的应答与提交的行数不一致。',
      ),
    );
  }
  return results.map((result) => bulkResult(bulk, result));
}

function bulkResult(bulk: RestBulk, result: Json): WriteResult {
  const id = textAt(result, bulk.idAt);
  const isOk = bulk.okAt === undefined ? id !== undefined : readAt(result, bulk.okAt) === (bulk.okValue ?? true);
  if (isOk && id !== undefined && id !== '') {
    const stored = bulk.storedAt === undefined ? undefined : objectAt(result, bulk.storedAt);
    return { ok: true, nativeId: id, ...(stored ? { stored } : {}) };
  }
  const text = textAt(result, bulk.errorAt) ?? '';
  const field = textAt(result, bulk.fieldAt);
  const failure = makeFailure(
    'invalid',
    'rest.refused',
    `The system refused the record. ${text}`.trim(),
    `对方系统拒绝了该记录。${text}`,
    field === undefined ? {} : { field },
  );
  return { ok: false, failure };
}

async function probe(
  context: ConnectorContext,
  stream: RestStream,
  write: RestWrite,
  item: WriteItem,
): Promise<ProbeResult> {
  const { lookup } = write.idempotency;
  if (!lookup) return { found: undefined };
  try {
    const answer = await context.http.call({
      method: 'GET',
      path: fillPath(lookup.path, { recordId: item.recordId }),
      template: lookup.path,
    });
    const [row] = rowsAt(answer.body, lookup.rowsAt);
    const nativeId = textAt(row, stream.key);
    return { found: row && nativeId !== undefined ? { nativeId, stored: row } : undefined };
  } catch (error) {
    if (!(error instanceof FailureError)) throw error;
    return error.failure.kind === 'gone' ? { found: undefined } : { failure: error.failure };
  }
}

async function removeOne(context: ConnectorContext, write: RestWrite, id: string): Promise<WriteResult> {
  const { method = 'DELETE', path = '/{id}' } = write.remove ?? {};
  try {
    await context.http.call({ method, path: fillPath(path, { id }), template: path, idempotent: true });
  } catch (error) {
    // What is gone already needs no deletion.
    if (!(error instanceof FailureError) || error.failure.kind !== 'gone') throw error;
  }
  return { ok: true, nativeId: id };
}

/** The row with the mark by which a repetition is recognised. */
function rowToCreate(write: RestWrite, item: WriteItem): Row {
  const { field, lookup } = write.idempotency;
  if (field !== undefined) return withValueAt(item.native, field, item.idempotencyKey);
  return lookup?.field === undefined ? item.native : withValueAt(item.native, lookup.field, item.recordId);
}

function createdResult(stream: RestStream, call: RestWriteCall & { readonly idAt: string }, body: Json): WriteResult {
  const nativeId = textAt(body, call.idAt);
  if (nativeId === undefined || nativeId === '') {
    throw new FailureError(
      makeFailure(
        'unknown',
        'rest.no-id',
        `The answer to the create has no id at ${call.idAt}.`,
        `新建接口的应答中 ${call.idAt} 处没有编号。`,
      ),
    );
  }
  return { ok: true, nativeId, ...storedPart(stream, call, { body }) };
}

function storedPart(
  stream: RestStream,
  call: RestWriteCall,
  { body }: Pick<HttpAnswer, 'body'>,
): { stored?: Row; nativeVersion?: string } {
  const stored: JsonObject | undefined = call.storedAt === undefined ? undefined : objectAt(body, call.storedAt);
  const nativeVersion = textAt(stored, stream.version);
  return { ...(stored ? { stored } : {}), ...(nativeVersion === undefined ? {} : { nativeVersion }) };
}

function wrapped(bodyAt: string | undefined, row: Row): JsonObject {
  return bodyAt === undefined ? row : withValueAt({}, bodyAt, row);
}

function resultAt(result: WriteResult | undefined): WriteResult {
  if (!result) throw new Error('a written item has no result');
  return result;
}
