import type { MergedArea } from '../file-table.js';
import { columnOf } from './sheet-rows.js';

const ROWS_END = /<\/(?:\w+:)?sheetData>|<(?:\w+:)?sheetData\s*\/>/;
const AREA = /<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]{1,3}\d{1,7}):([A-Z]{1,3}\d{1,7})"/g;
const OVERLAP = 64;
const MAX_TAIL = 2 * 1024 * 1024;
const MAX_AREAS = 50_000;

/**
 * The merged areas of a sheet. They stand behind all its rows, so the part is unpacked once without being parsed;
 * that pass also proves its declared size before any row is used.
 */
export async function readMergedAreas(chunks: AsyncIterable<Buffer>): Promise<readonly MergedArea[]> {
  let tail = '';
  let behindRows = false;
  for await (const chunk of chunks) {
    tail += chunk.toString('latin1');
    if (!behindRows) {
      const end = ROWS_END.exec(tail);
      behindRows = end !== null;
      tail = end ? tail.slice(end.index) : tail.slice(-OVERLAP);
    }
    if (tail.length > MAX_TAIL) tail = tail.slice(0, MAX_TAIL);
  }
  return behindRows ? areasIn(tail) : [];
}

function areasIn(text: string): MergedArea[] {
  const areas: MergedArea[] = [];
  for (const [, from = '', to = ''] of text.matchAll(AREA)) {
    if (areas.length >= MAX_AREAS) break;
    areas.push({ firstRow: rowOf(from), lastRow: rowOf(to), firstColumn: columnOf(from), lastColumn: columnOf(to) });
  }
  return areas;
}

function rowOf(reference: string): number {
  return Number(reference.replace(/^[A-Z]+/, ''));
}
