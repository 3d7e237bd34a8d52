/**
 * The far side's clock when it answered, by the answer's `Date` header (RFC 9110 §6.6.1). The header has whole seconds: the end of that
 * second is given, since what was stamped within it may be in the answer.
 *
 * @returns undefined when the header is absent or no time
 */
export function sourceTime(headers: { readonly [name: string]: string }): Date | undefined {
  const text = headers['date'];
  const ms = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(ms) ? undefined : new Date(ms + 999);
}
