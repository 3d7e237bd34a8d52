import { FailureError } from '@isthmus/connector-kit';
import type { Json, JsonObject, Row } from '@isthmus/connector-kit';

/** The answer as an object, or a `contract` failure: a login page or an empty body is not success. */
export function objectAnswer(body: Json, what: string): JsonObject {
  if (body !== null && typeof body === 'object' && !Array.isArray(body)) return body;
  throw notAsDocumented(what);
}

/** The rows in `results`, or a `contract` failure. */
export function resultsOf(body: Json, what: string): readonly Row[] {
  const results = objectAnswer(body, what)['results'];
  if (!Array.isArray(results)) throw notAsDocumented(what);
  return results.filter((item): item is Row => item !== null && typeof item === 'object' && !Array.isArray(item));
}

/** The `after` that leads to the next page; undefined on the last one. */
export function nextAfter(body: Json): string | undefined {
  const paging = memberObject(body, 'paging');
  const after = memberObject(paging, 'next')['after'];
  return typeof after === 'string' || typeof after === 'number' ? String(after) : undefined;
}

/** A member that is an object; an empty object when it is not. */
export function memberObject(value: Json, name: string): JsonObject {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return {};
  const member = value[name];
  return member !== null && typeof member === 'object' && !Array.isArray(member) ? member : {};
}

/** A member that is a list of objects; empty when it is not. */
export function memberList(value: Json, name: string): readonly JsonObject[] {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return [];
  const member = value[name];
  if (!Array.isArray(member)) return [];
  return member.filter((item): item is JsonObject => item !== null && typeof item === 'object' && !Array.isArray(item));
}

/** Lists of at most `size` items. */
export function chunks<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  const result: T[][] = [];
  for (let start = 0; start < items.length; start += size) result.push(items.slice(start, start + size));
  return result;
}

/** A failure that stops the stream: the answer is not what the documentation says. */
export function notAsDocumented(what: string): FailureError {
  return new FailureError({
    kind: 'contract',
    code: 'hubspot.unexpected-answer',
    message: {
      en: `HubSpot answered ${what} in a form that is not documented.`,
      zh: `HubSpot 对 ${what} 的应答与文档不符。`,
    },
  });
}
