/** What a cell holds before its column's type is known. */
export type RawCell =
  | { readonly kind: 'text'; readonly text: string }
  /** Number as the file spells it, for example `6.22848E+18`. */
  | { readonly kind: 'number'; readonly text: string }
  /** Local date or time in normal form: `2026-01-05`, `2026-01-05 14:30:00` or `14:30:00`. */
  | { readonly kind: 'date'; readonly text: string }
  | { readonly kind: 'boolean'; readonly value: boolean }
  /** An error value such as `#N/A`. */
  | { readonly kind: 'error'; readonly text: string }
  /** A formula whose result the file does not hold. Formulas are never evaluated here. */
  | { readonly kind: 'formula' };

/** One row of a sheet as it stands. Cells by column, from 0; `undefined` = empty; shorter = the file ends the row there. */
export interface RawRow {
  /** From 1, as the person sees it in Excel. */
  readonly row: number;
  readonly cells: readonly (RawCell | undefined)[];
}

/** Merged cells, from 0 for columns and from 1 for rows, both ends included. */
export interface MergedArea {
  readonly firstRow: number;
  readonly lastRow: number;
  readonly firstColumn: number;
  readonly lastColumn: number;
}

/** One sheet of a workbook, or the whole of a text file. */
export interface FileTable {
  /** Empty for text files. */
  readonly sheet: string;
  /** True when day numbers count from 1904 instead of 1900. */
  readonly epoch1904: boolean;
  readonly merged: readonly MergedArea[];
  /** True for text files, where a row that ends early says nothing about its missing cells. */
  readonly rowsMayEndEarly: boolean;
  /** Reads the rows from the start, in order; may be called again. */
  rows(): AsyncIterable<RawRow>;
}

/** Bounds of what is read from one file (FAULTS S04, S15). */
export interface TableLimits {
  readonly fileBytes: number;
  readonly rows: number;
  readonly columns: number;
  readonly cellCharacters: number;
  readonly zipEntries: number;
  /** Unpacked bytes of one part of a workbook. */
  readonly partBytes: number;
  /** Unpacked to packed size of a part, beyond the first MiB. */
  readonly zipRatio: number;
}

/** The bounds that hold unless a caller asks for others. A cell of Excel holds at most 32767 characters. */
export const TABLE_LIMITS: TableLimits = {
  fileBytes: 20 * 1024 * 1024,
  rows: 200_000,
  columns: 500,
  cellCharacters: 32_767,
  zipEntries: 2000,
  partBytes: 256 * 1024 * 1024,
  zipRatio: 150,
};

const LETTERS = 26;

/** Address of a cell as Excel shows it: column 0 of row 3 is `A3`. */
export function cellAddress(column: number, row: number): string {
  return `${columnLetters(column)}${row}`;
}

/** Letters of a column from 0: 0 is `A`, 26 is `AA`. */
export function columnLetters(column: number): string {
  let letters = '';
  for (let rest = column + 1; rest > 0; rest = Math.floor((rest - 1) / LETTERS)) {
    letters = String.fromCharCode(65 + ((rest - 1) % LETTERS)) + letters;
  }
  return letters;
}
