// Controls but tab, and marks that turn the reading direction: text from far systems must not move the cursor, set the window's title
// or show a name backwards.
const DANGEROUS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Text for one line of a terminal: line ends become spaces, and nothing that a terminal obeys is left. */
export function safeText(text: string): string {
  return text.replace(/[\t\r\n\u2028\u2029]+/g, ' ').replace(DANGEROUS, '');
}

/** JSON for people and scripts, indented, with the controls escaped that JSON itself would let through. */
export function jsonText(value: unknown): string {
  const escaped = (match: string): string => `\\u${match.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return `${JSON.stringify(value, null, 2).replace(/[\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, escaped)}\n`;
}
