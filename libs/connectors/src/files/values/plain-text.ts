const FULL_WIDTH = /[\uFF01-\uFF5E]/g;
const FULL_WIDTH_OFFSET = 0xfee0;
// Characters without width, which `trim` leaves.
const INVISIBLE = new Set(['\u200B', '\u200C', '\u200D', '\u2060', '\uFEFF']);
// Ways to make Excel keep a text as it is when it opens a text file: ="00123" and '00123.
const EQUALS_TEXT = /^="([^"]*)"$/;
const QUOTE_PREFIX = /^'(?=[0-9=+\-@＝＋－＠])/;
// Everything below the blank but tab and line ends, and DEL.
// oxlint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F]/;

/** Text without blanks at its ends and without the tricks that keep Excel from changing it. */
export function plainText(text: string): string {
  const trimmed = trimEdges(text);
  const unwrapped = EQUALS_TEXT.exec(trimmed)?.[1] ?? trimmed.replace(QUOTE_PREFIX, '');
  return unwrapped === trimmed ? trimmed : trimEdges(unwrapped);
}

/** Without blanks and invisible characters at both ends. Loops, because a pattern such as `\s+$` is quadratic on long blanks. */
function trimEdges(text: string): string {
  let trimmed = text.trim();
  while (trimmed !== '' && (INVISIBLE.has(trimmed[0] as string) || INVISIBLE.has(trimmed.at(-1) as string))) {
    const from = INVISIBLE.has(trimmed[0] as string) ? 1 : 0;
    const to = trimmed.length - (INVISIBLE.has(trimmed.at(-1) as string) ? 1 : 0);
    trimmed = trimmed.slice(from, Math.max(from, to)).trim();
  }
  return trimmed;
}

/** Full-width digits, letters and signs as half-width ones; nothing else changes. */
export function halfWidth(text: string): string {
  return text
    .replace(FULL_WIDTH, (character) => String.fromCharCode(character.charCodeAt(0) - FULL_WIDTH_OFFSET))
    .replaceAll('\u3000', ' ');
}

/** Spelling by which headers are compared: width, blanks and the asterisk of required columns do not count. */
export function plainHeader(text: string): string {
  const words = trimEdges(text.normalize('NFKC')).split(/\s+/).join(' ');
  return words.replaceAll('*', '').trim();
}

/** True for characters that no business text holds. */
export function hasControlCharacter(text: string): boolean {
  return CONTROL.test(text);
}
