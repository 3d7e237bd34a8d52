import { FileFault } from '../file-issue.js';
import type { RawCell, RawRow, TableLimits } from '../file-table.js';
import { serialDate } from '../values/date-text.js';
import type { DateFormats } from './number-formats.js';
import { readXml, type XmlHandler } from './read-xml.js';
import { unescapeExcel } from './shared-strings.js';

/** What cells of a sheet refer to. */
export interface SheetSurroundings {
  readonly sharedStrings: readonly string[];
  readonly dateFormats: DateFormats;
  readonly epoch1904: boolean;
  readonly limits: TableLimits;
}

const LAST_ROW = 1_048_576;

/** Rows of a sheet in order, a chunk of the part at a time, so that memory does not grow with the sheet. */
export async function* sheetRows(chunks: AsyncIterable<Buffer>, around: SheetSurroundings): AsyncGenerator<RawRow> {
  const reader = new SheetReader(around);
  const reading = readXml(chunks, reader);
  while ((await reading.next()).done !== true) {
    const rows = reader.rows;
    reader.rows = [];
    yield* rows;
  }
}

/** Collects finished rows from the events of a sheet's part (ECMA-376 part 1, 18.3.1). */
class SheetReader implements XmlHandler {
  rows: RawRow[] = [];
  private row = 0;
  private count = 0;
  private column = -1;
  private cells: (RawCell | undefined)[] = [];
  private type = 'n';
  private format = -1;
  private value = '';
  private hasValue = false;
  private hasFormula = false;
  private inValue = false;
  private inNote = false;

  constructor(private readonly around: SheetSurroundings) {}

  open(name: string, attributes: { readonly [name: string]: string }): void {
    if (name === 'row') this.openRow(attributes['r']);
    else if (name === 'c') this.openCell(attributes);
    else if (name === 'f') this.hasFormula = true;
    else if (name === 'rPh') this.inNote = true;
    else if (name === 'v' || name === 't') this.inValue = !this.inNote;
  }

  close(name: string): void {
    if (name === 'v' || name === 't') this.closeValue();
    else if (name === 'rPh') this.inNote = false;
    else if (name === 'c') this.closeCell();
    else if (name === 'row') this.rows.push({ row: this.row, cells: this.cells });
  }

  text(text: string): void {
    if (!this.inValue) return;
    this.value += text;
  }

  private openRow(number: string | undefined): void {
    const row = number === undefined ? this.row + 1 : Number(number);
    if (!Number.isInteger(row) || row <= this.row || row > LAST_ROW)
      throw new FileFault('broken-workbook', { detail: `row ${this.row + 1}`, row: this.row });
    this.count += 1;
    if (this.count > this.around.limits.rows)
      throw new FileFault('too-many-rows', { detail: String(this.around.limits.rows), row });
    this.row = row;
    this.column = -1;
    this.cells = [];
  }

  private openCell(attributes: { readonly [name: string]: string }): void {
    const reference = attributes['r'];
    const column = reference === undefined ? this.column + 1 : columnOf(reference);
    if (column <= this.column) throw new FileFault('broken-workbook', { detail: `row ${this.row}`, row: this.row });
    this.column = column;
    this.type = attributes['t'] ?? 'n';
    this.format = Number(attributes['s'] ?? '-1');
    this.value = '';
    this.hasValue = false;
    this.hasFormula = false;
  }

  private closeValue(): void {
    if (this.inValue) this.hasValue = true;
    this.inValue = false;
  }

  private closeCell(): void {
    const cell = this.cell();
    if (cell === undefined) return;
    // Empty cells far to the right carry formats only; a value there is not a table.
    const { columns } = this.around.limits;
    if (this.column >= columns) throw new FileFault('too-many-columns', { detail: String(columns), row: this.row });
    while (this.cells.length < this.column) this.cells.push(undefined);
    this.cells.push(cell);
  }

  private cell(): RawCell | undefined {
    if (!this.hasValue || (this.value === '' && this.type !== 'str'))
      return this.hasFormula ? { kind: 'formula' } : undefined;
    switch (this.type) {
      case 's':
        return this.sharedText();
      case 'b':
        return { kind: 'boolean', value: this.value === '1' };
      case 'e':
        return { kind: 'error', text: this.value };
      case 'd':
        return {
          kind: 'text',
          text: this.value
            .replace(/(?:\.\d+)?Z?$/, '')
            .replace('T', ' ')
            .replace(/ 00:00:00$/, ''),
        };
      case 'n':
        return this.number();
      default:
        return textCell(unescapeExcel(this.value));
    }
  }

  private sharedText(): RawCell | undefined {
    const text = this.around.sharedStrings[Number(this.value)];
    if (text === undefined) throw new FileFault('broken-workbook', { detail: `row ${this.row}`, row: this.row });
    return textCell(unescapeExcel(text));
  }

  private number(): RawCell {
    if (this.around.dateFormats[this.format] === true) {
      const date = serialDate(Number(this.value), this.around.epoch1904);
      return date === undefined ? { kind: 'error', text: '#####' } : { kind: 'date', text: date };
    }
    return { kind: 'number', text: this.value };
  }
}

function textCell(text: string): RawCell | undefined {
  return text === '' ? undefined : { kind: 'text', text };
}

/** Column from 0 of a reference such as `AB12`; anything else is beyond every table. */
export function columnOf(reference: string): number {
  const letters = /^([A-Z]{1,3})\d{1,7}$/.exec(reference)?.[1];
  if (letters === undefined) throw new FileFault('broken-workbook', { detail: 'cell reference' });
  let column = 0;
  for (const letter of letters) column = column * 26 + letter.charCodeAt(0) - 64;
  return column - 1;
}
