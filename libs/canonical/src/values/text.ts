const FULL_WIDTH = /[\uFF01-\uFF5E\u3000]/g;
// With the u flag a class of surrogates matches only those that are not part of a pair.
const FORBIDDEN = /[\u0000\uD800-\uDFFF]/u;
// ASCII words with single blanks between them need no cleaning: the usual case of codes, and of names in Latin letters.
const CLEAN = /^[!-~]+(?: [!-~]+)*$/;
const INVISIBLE = /[\u200B\uFEFF\u00AD]/g;

/** Full-width letters, digits and signs (and the ideographic blank) as their ASCII forms. */
export function toHalfWidth(text: string): string {
  return text.replace(FULL_WIDTH, (char) =>
    char === '\u3000' ? ' ' : String.fromCharCode(char.charCodeAt(0) - 0xfee0),
  );
}

/** True for text that PostgreSQL and most far sides cannot hold: U+0000, or half of a surrogate pair. */
export function hasForbiddenCharacters(text: string): boolean {
  return FORBIDDEN.test(text);
}

/** One line of text: NFC, trimmed, runs of blanks and line ends become one blank, invisible marks dropped. */
export function cleanText(text: string): string {
  if (CLEAN.test(text)) return text;
  return text.normalize('NFC').replace(INVISIBLE, '').replace(/\s+/g, ' ').trim();
}

/** Like `cleanText`, but keeps line ends (as `\n`), at most one empty line in a row. */
export function cleanMultilineText(text: string): string {
  if (CLEAN.test(text)) return text;
  return text
    .normalize('NFC')
    .replace(INVISIBLE, '')
    .replace(/\r\n?/g, '\n')
    .replace(/[^\S\n]+/g, ' ')
    .replace(/ ?\n ?/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

/** A code (number of a bill, SKU, card): as `cleanText`, and full-width characters become half-width. */
export function cleanCode(text: string): string {
  if (CLEAN.test(text)) return text;
  return cleanText(toHalfWidth(text));
}

/** A code as it is compared: no blanks at all, upper case. */
export function comparableCode(text: string): string {
  return cleanCode(text).replace(/\s/g, '').toUpperCase();
}
