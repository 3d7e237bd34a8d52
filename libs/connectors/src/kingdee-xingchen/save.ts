import { FailureError } from '@isthmus/connector-kit';
import type {
  ConnectorContext,
  Failure,
  Json,
  JsonObject,
  ProbeResult,
  Row,
  WriteItem,
  WriteResult,
} from '@isthmus/connector-kit';
import { dataOf, idOf, textIn } from './answers.js';
import { detailBy } from './details.js';
import type { DetailSource } from './details.js';
import { sameAsHeld } from './same-as-held.js';

/** How rows of a stream are saved: one POST for create and update. */
export interface SaveTarget extends DetailSource {
  /** Path of the save call. */
  readonly savePath: string;
  /** Native field with the number that people see and by which an earlier create is found. */
  readonly numberField: 'number' | 'bill_no';
  /** Prefix of the numbers that we give to records without one. */
  readonly prefix: string;
  /** The save body of a row; `held` is the row as Kingdee holds it now, absent for a create. May look up what the row does not say. */
  toBody(context: ConnectorContext, item: WriteItem, held: Row | undefined): Promise<JsonObject> | JsonObject;
  /** What follows a save, for example the audit. */
  afterSave?(context: ConnectorContext, item: WriteItem, nativeId: string): Promise<void>;
  /** The row with our number that an earlier try left behind. */
  findByNumber(context: ConnectorContext, number: string): Promise<Row | undefined>;
}

/** Saves items one by one (Kingdee has no bulk save), and reads each back: what Kingdee holds is the base, not what was sent. */
export async function saveAll(
  context: ConnectorContext,
  target: SaveTarget,
  items: readonly WriteItem[],
): Promise<readonly WriteResult[]> {
  const results: WriteResult[] = [];
  for (const item of items) results.push(await saveOne(context, target, item));
  return results;
}

async function saveOne(context: ConnectorContext, target: SaveTarget, item: WriteItem): Promise<WriteResult> {
  try {
    const held = await heldRow(context, target, item);
    const body = await target.toBody(context, item, held);
    if (item.nativeId !== undefined && held !== undefined && sameAsHeld(body, held))
      return { ok: true, nativeId: item.nativeId, stored: held };
    const answer = await context.http.call({
      method: 'POST',
      path: target.savePath,
      // A repeated update has no second effect; a repeated create would make a second record or be refused.
      idempotent: item.nativeId !== undefined,
      json: { ...withNumber(target, item, body), ignore_warn: true },
    });
    const nativeId = savedId(answer.body, target) ?? item.nativeId;
    if (nativeId === undefined) return { ok: false, failure: noId(target) };
    return await settle(context, target, item, nativeId);
  } catch (error) {
    if (!(error instanceof FailureError)) throw error;
    return { ok: false, failure: error.failure };
  }
}

/** A create carries our number; an update the id, and never an empty number, which would make Kingdee give a new one. */
function withNumber(target: SaveTarget, item: WriteItem, body: JsonObject): JsonObject {
  if (item.nativeId === undefined) return { ...body, [target.numberField]: numberOf(target, item) };
  const { [target.numberField]: number, ...rest } = body;
  return {
    ...rest,
    ...(number === undefined || number === '' ? {} : { [target.numberField]: number }),
    id: item.nativeId,
  };
}

/** What Kingdee holds before an update: unmapped parts of lists go back as they are. */
async function heldRow(context: ConnectorContext, target: SaveTarget, item: WriteItem): Promise<Row | undefined> {
  if (item.nativeId === undefined) return undefined;
  const held = await detailBy(context, target, 'id', item.nativeId);
  if (held === undefined) throw new FailureError(gone);
  return held;
}

const gone: Failure = {
  kind: 'gone',
  code: 'kingdee-xingchen.not-found',
  message: { en: 'Kingdee does not hold this record any more.', zh: '金蝶中已不存在此记录。' },
};

/** The save has happened: what fails from here on must not look like a failed save. */
async function settle(
  context: ConnectorContext,
  target: SaveTarget,
  item: WriteItem,
  nativeId: string,
): Promise<WriteResult> {
  try {
    await target.afterSave?.(context, item, nativeId);
    const stored = await detailBy(context, target, 'id', nativeId);
    return { ok: true, nativeId, ...(stored === undefined ? {} : { stored }) };
  } catch (error) {
    if (!(error instanceof FailureError)) throw error;
    // Without the read-back the next repetition finds the record by its number and finishes the rest.
    return {
      ok: false,
      failure: { ...error.failure, kind: item.nativeId === undefined ? 'unknown' : error.failure.kind },
    };
  }
}

/** Looks each record up by the number that its create carried. */
export async function probeAll(
  context: ConnectorContext,
  target: SaveTarget,
  items: readonly WriteItem[],
): Promise<readonly ProbeResult[]> {
  const results: ProbeResult[] = [];
  for (const item of items) results.push(await probeOne(context, target, item));
  return results;
}

async function probeOne(context: ConnectorContext, target: SaveTarget, item: WriteItem): Promise<ProbeResult> {
  try {
    const row = await target.findByNumber(context, numberOf(target, item));
    if (row === undefined) return { found: undefined };
    await target.afterSave?.(context, item, idOf(row));
    return { found: { nativeId: idOf(row), stored: (await detailBy(context, target, 'id', idOf(row))) ?? row } };
  } catch (error) {
    if (!(error instanceof FailureError)) throw error;
    return { failure: error.failure };
  }
}

/**
 * The number of a new record: the mapped one, or one made of the record id, the same in every repetition. Kingdee takes 30
 * characters; a UUID in base 36 has at most 25.
 */
export function numberOf(target: Pick<SaveTarget, 'numberField' | 'prefix'>, item: WriteItem): string {
  const mapped = textIn(item.native, target.numberField);
  if (mapped !== '') return mapped;
  const hex = item.recordId.replace(/[^0-9a-f]/gi, '');
  return `${target.prefix}${BigInt(`0x${hex === '' ? '0' : hex}`)
    .toString(36)
    .toUpperCase()}`;
}

function savedId(body: Json, target: SaveTarget): string | undefined {
  const ids = dataOf(body, target.savePath)['ids'];
  const first = Array.isArray(ids) ? ids[0] : undefined;
  return typeof first === 'string' || typeof first === 'number' ? String(first) : undefined;
}

function noId(target: SaveTarget): Failure {
  return {
    kind: 'unknown',
    code: 'kingdee-xingchen.no-id',
    message: {
      en: `Kingdee saved without telling the id (${target.savePath}).`,
      zh: `金蝶保存成功但未返回 id（${target.savePath}）。`,
    },
  };
}

/** Members without nulls. Kingdee has no null: on an update an empty text clears. */
export function withoutNulls(row: JsonObject, clear: boolean): JsonObject {
  const entries = Object.entries(row).flatMap(([name, value]): [string, Json][] =>
    value !== null ? [[name, value]] : clear ? [[name, '']] : [],
  );
  return Object.fromEntries(entries);
}

/**
 * A decimal as the JSON number that document saves want.
 *
 * @throws FailureError `invalid` for what a double cannot hold exactly
 */
export function toNumber(value: Json | undefined, field: string): number | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  const text = String(value as string | number);
  const digits = text.replace(/[^0-9]/g, '').replace(/^0+/, '');
  if (/^-?\d+(\.\d+)?$/.test(text) && digits.length <= 15) return Number(text);
  throw new FailureError({
    kind: 'invalid',
    code: 'kingdee-xingchen.number-too-long',
    message: {
      en: `The value of ${field} is not a number of at most 15 digits.`,
      zh: `${field} 的值不是 15 位以内的数字。`,
    },
    field,
  });
}
