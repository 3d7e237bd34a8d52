import { readWholeXml } from './read-xml.js';
import type { ZipParts } from './zip-parts.js';

/** For each cell format (by the `s` of a cell): does it show a number as a date or time? */
export type DateFormats = readonly boolean[];

/** Built-in formats of dates and times; 27-36 and 50-58 are those of Chinese, Japanese and Korean Excel (ECMA-376 part 1, 18.8.30). */
const BUILT_IN: readonly (readonly [number, number])[] = [
  [14, 22],
  [27, 36],
  [45, 45],
  [47, 47],
  [50, 58],
];

/** Reads which cell formats of the workbook are dates. */
export async function readDateFormats(zip: ZipParts, part: string | undefined): Promise<DateFormats> {
  if (part === undefined) return [];
  const custom = new Map<number, boolean>();
  const formats: boolean[] = [];
  let inCellFormats = false;
  await readWholeXml(zip.read(part), {
    open(name, attributes) {
      if (name === 'numFmt') custom.set(Number(attributes['numFmtId']), isDateFormat(attributes['formatCode'] ?? ''));
      if (name === 'cellXfs') inCellFormats = true;
      if (name === 'xf' && inCellFormats) {
        const id = Number(attributes['numFmtId'] ?? '0');
        formats.push(custom.get(id) ?? BUILT_IN.some(([from, to]) => id >= from && id <= to));
      }
    },
    close(name) {
      if (name === 'cellXfs') inCellFormats = false;
    },
    text() {},
  });
  return formats;
}

/** True when a format code shows a date or a time of day: `yyyy"年"m"月"d"日"`, `[$-804]yyyy/m/d`, `h:mm`. Spans of time (`[h]:mm`) are numbers. */
export function isDateFormat(code: string): boolean {
  if (/\[[hms]+\]/i.test(code)) return false;
  const shown = code
    .replace(/"[^"]*"/g, '')
    .replace(/\\./g, '')
    .replace(/[_*]./g, '')
    .replace(/\[[^\]]*\]/g, '')
    .replace(/general/gi, '');
  return /[ymdhs]/i.test(shown.split(';')[0] ?? '');
}
