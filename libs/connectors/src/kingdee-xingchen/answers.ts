import { FailureError } from '@isthmus/connector-kit';
import type { Json, JsonObject, Row } from '@isthmus/connector-kit';

/** The `data` object of a reply, or a `contract` failure. */
export function dataOf(body: Json, what: string): JsonObject {
  if (body !== null && typeof body === 'object' && !Array.isArray(body)) {
    const data = body['data'];
    if (data !== null && typeof data === 'object' && !Array.isArray(data)) return data;
  }
  throw notAsDocumented(what);
}

/** The objects of a list; empty when it is none. */
export function objectsIn(value: Json): readonly JsonObject[] {
  if (!Array.isArray(value)) return [];
  return value.filter((item): item is JsonObject => item !== null && typeof item === 'object' && !Array.isArray(item));
}

/** The objects of a list member. */
export function listIn(row: Row, name: string): readonly JsonObject[] {
  return objectsIn(row[name] ?? null);
}

/** Text of a member; numbers as their text; empty for anything else. */
export function textIn(row: Row | undefined, name: string): string {
  const value = row?.[name];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** Native id of a row. */
export function idOf(row: Row): string {
  return textIn(row, 'id');
}

/** Kingdee's times have no zone: they are Shanghai's. Milliseconds since the epoch are read too. Undefined for anything else. */
export function instantOf(text: string): string | undefined {
  if (/^\d{12,14}$/.test(text)) return new Date(Number(text)).toISOString();
  const local = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}:\d{2})$/.exec(text);
  if (!local) return undefined;
  const moment = new Date(`${local[1]}T${local[2]}+08:00`);
  return Number.isNaN(moment.getTime()) ? undefined : moment.toISOString();
}

/** A failure that stops the stream: the reply is not what the documentation says. */
export function notAsDocumented(what: string): FailureError {
  return new FailureError({
    kind: 'contract',
    code: 'kingdee-xingchen.unexpected-answer',
    message: {
      en: `Kingdee answered ${what} in a form that is not documented.`,
      zh: `金蝶对 ${what} 的应答与文档不符。`,
    },
  });
}

/** Runs `work` for all items, at most `limit` at a time; results in the order of the items. */
export async function inParallel<T, R>(
  items: readonly T[],
  limit: number,
  work: (item: T) => Promise<R>,
): Promise<readonly R[]> {
  const results: R[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let index = next++; index < items.length; index = next++) results[index] = await work(items[index] as T);
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
  return results;
}
