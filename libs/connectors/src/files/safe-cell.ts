const DANGEROUS_START = /^[=+\-@\t\r＝＋－＠]/;
const SIGNED_DIGITS = /^[+-]\d+(?:\.\d+)?$/;

/**
 * Text of a cell that no spreadsheet takes for a formula: whatever starts with `=`, `+`, `-`, `@`, tab or carriage return gets an
 * apostrophe in front (FAULTS S15). Half and full width count alike.
 */
export function safeCell(text: string): string {
  return DANGEROUS_START.test(text) ? `'${text}` : text;
}

/** As `safeCell` for files that programs read: a sign with nothing but digits behind it (-12.50, +8613800000000) stays as it is. */
export function safeDataCell(text: string): string {
  return SIGNED_DIGITS.test(text) ? text : safeCell(text);
}
