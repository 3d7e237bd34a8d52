import type { Wording } from '@isthmus/api-contract';
import Table from 'cli-table3';
import { safeText } from './safe-text.js';

/** One column of a table: its head and how a row fills it. */
export interface Column<Row> {
  readonly head: Wording;
  readonly text: (row: Row) => string;
  /** Colours the finished cell. */
  readonly paint?: (text: string, row: Row) => string;
}

const NO_LINES = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
};

/** Rows as aligned text without lines; Chinese counts as wide as it is shown. Ends with a line end. */
export function tableText<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  how: { readonly say: (wording: Wording) => string; readonly head: (text: string) => string },
): string {
  const table = new Table({
    head: columns.map(({ head }) => how.head(how.say(head))),
    chars: NO_LINES,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0, compact: true },
  });
  for (const row of rows)
    table.push(
      columns.map(({ text, paint }) => {
        const cell = safeText(text(row));
        return paint ? paint(cell, row) : cell;
      }),
    );
  return `${table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')}\n`;
}
