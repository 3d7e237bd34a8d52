import { FileFault } from '../file-issue.js';
import { readWholeXml } from './read-xml.js';
import type { ZipParts } from './zip-parts.js';

const MAX_CHARACTERS = 64 * 1024 * 1024;

/** Reads the texts that cells share, by index. Formatted pieces of one text are joined, pronunciation notes are left out. */
export async function readSharedStrings(zip: ZipParts, part: string | undefined): Promise<readonly string[]> {
  const strings: string[] = [];
  if (part === undefined) return strings;
  let current = '';
  let characters = 0;
  let inText = false;
  let inNote = false;
  await readWholeXml(zip.read(part), {
    open(name) {
      if (name === 'si') current = '';
      else if (name === 'rPh') inNote = true;
      else if (name === 't') inText = !inNote;
    },
    close(name) {
      if (name === 't') inText = false;
      else if (name === 'rPh') inNote = false;
      else if (name === 'si') strings.push(current);
    },
    text(text) {
      if (!inText) return;
      characters += text.length;
      if (characters > MAX_CHARACTERS)
        throw new FileFault('workbook-too-large', { detail: `${MAX_CHARACTERS} characters` });
      current += text;
    },
  });
  return strings;
}

const ESCAPED = /_x([0-9A-Fa-f]{4})_/g;

/** Undoes the escapes by which Excel stores characters that XML cannot hold: `_x000D_` (ECMA-376 part 1, 22.9.2.19). */
export function unescapeExcel(text: string): string {
  if (!text.includes('_x')) return text;
  return text.replace(ESCAPED, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}
