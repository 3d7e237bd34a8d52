import type { Json, JsonObject, Row } from '@isthmus/connector-kit';
import { withoutMark } from './line-identity.js';

/**
 * True when Kingdee holds all that a save would send: such a save is left out. It would cost a call, and Kingdee refuses to save
 * an audited document even if nothing in it changes. Numbers are compared by value, nothing and empty text are the same.
 */
export function sameAsHeld(body: JsonObject, held: Row): boolean {
  return Object.entries(body).every(([name, value]) => same(value, held[name]));
}

function same(sent: Json, held: Json | undefined): boolean {
  if (Array.isArray(sent))
    return Array.isArray(held) && sent.length === held.length && sent.every((item, index) => same(item, held[index]));
  if (sent !== null && typeof sent === 'object') {
    return (
      held !== undefined && held !== null && typeof held === 'object' && !Array.isArray(held) && sameAsHeld(sent, held)
    );
  }
  const [a, b] = [textOf(sent), textOf(held)];
  return a === b || (isDecimal(a) && isDecimal(b) && Number(a) === Number(b));
}

function textOf(value: Json | undefined): string {
  if (value === undefined || value === null || typeof value === 'object') return '';
  return withoutMark(String(value)).trim();
}

/** Long digits are ids or codes: they are compared as text. */
function isDecimal(text: string): boolean {
  return /^-?\d{1,12}(\.\d{1,10})?$/.test(text);
}
