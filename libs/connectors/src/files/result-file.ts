import type { Wording } from '@isthmus/connector-kit';
import { fileIssue, type FileIssue } from './file-issue.js';
import { safeCell } from './safe-cell.js';

/** What became of a row of a file. The connector says the first four, the hub the others once it has handled the row. */
export const RESULT_STATUSES = [
  'accepted',
  'refused',
  'skipped',
  'note',
  'merged',
  'unchanged',
  'rejected',
  'review',
] as const;
export type ResultStatus = (typeof RESULT_STATUSES)[number];

/** One line of a result file. */
export interface ResultRow {
  /** Empty for text files. */
  readonly sheet: string;
  /** Row of the sheet, from 1; 0 = the file as a whole. */
  readonly row: number;
  readonly key: string;
  readonly status: ResultStatus;
  /** Stable dotted code; empty where there is nothing to say. */
  readonly code: string;
  readonly reason: Wording;
}

const NOTHING: Wording = { en: '', zh: '' };
const HEADERS = ['工作表 Sheet', '行号 Row', '主键 Key', '状态 Status', '代码 Code', '原因', 'Reason'];
const STATUS_WORDS: { readonly [status in ResultStatus]: string } = {
  accepted: '已接收 accepted',
  refused: '未接收 refused',
  skipped: '已跳过 skipped',
  note: '提示 note',
  merged: '已合并 merged',
  unchanged: '无变化 unchanged',
  rejected: '已拒绝 rejected',
  review: '待确认 review',
};
const BYTE_ORDER_MARK = '\uFEFF';
const LINE_END = '\r\n';

/**
 * A result file: CSV in UTF-8 with a byte order mark, so that Excel opens it right, and no cell that Excel could take for a formula.
 * Also for outcomes that the hub knows later (merged, rejected): `appendResults` adds them below what is there.
 */
export function resultFile(rows: Iterable<ResultRow>): Buffer {
  return resultFileOf([resultLines(rows)]);
}

/** The result file of lines that `resultLines` made. */
export function resultFileOf(lines: readonly string[]): Buffer {
  return Buffer.from(`${BYTE_ORDER_MARK}${line(HEADERS)}${lines.join('')}`);
}

/** The lines of results without headers, to be put below a result file's others. */
export function resultLines(rows: Iterable<ResultRow>): string {
  let text = '';
  for (const row of rows) {
    text += line([
      row.sheet,
      String(row.row),
      row.key,
      STATUS_WORDS[row.status],
      row.code,
      row.reason.zh,
      row.reason.en,
    ]);
  }
  return text;
}

/** A result file with further rows; for `FileStore.update`. Rows that stand there already in the same words are not added again. */
export function appendResults(current: Buffer | undefined, rows: Iterable<ResultRow>): Buffer {
  if (current === undefined || current.length === 0) return resultFile(rows);
  const present = new Set(current.toString('utf8').split(LINE_END));
  const added = resultLines(rows)
    .split(LINE_END)
    .filter((text) => text !== '' && !present.has(text));
  return added.length === 0 ? current : Buffer.concat([current, Buffer.from(added.join(LINE_END) + LINE_END)]);
}

/** A row that is handed to the hub; `repeatedIn` = the row that held the same key before. */
export function acceptedResult(sheet: string, row: number, key: string, repeatedIn?: number): ResultRow {
  const remark = repeatedIn === undefined ? undefined : fileIssue('repeated-key', { detail: String(repeatedIn) });
  return { sheet, row, key, status: 'accepted', code: remark?.code ?? '', reason: remark?.message ?? NOTHING };
}

/** A row, or with row 0 a file, that is refused, with all that is wrong with it. */
export function refusedResult(sheet: string, row: number, key: string, issues: readonly FileIssue[]): ResultRow {
  return {
    sheet,
    row,
    key,
    status: 'refused',
    code: [...new Set(issues.map((issue) => issue.code))].join('; '),
    reason: {
      en: issues.map((issue) => issue.message.en).join('; '),
      zh: issues.map((issue) => issue.message.zh).join('；'),
    },
  };
}

/** A row that is no record. */
export function skippedResult(sheet: string, row: number, issue: FileIssue): ResultRow {
  return { sheet, row, key: '', status: 'skipped', code: issue.code, reason: issue.message };
}

/** A remark that refuses nothing. */
export function noteResult(sheet: string, row: number, issue: FileIssue): ResultRow {
  return { sheet, row, key: '', status: 'note', code: issue.code, reason: issue.message };
}

function line(cells: readonly string[]): string {
  return cells.map((cell) => quoted(safeCell(cell))).join(',') + LINE_END;
}

function quoted(text: string): string {
  return /[",;\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""').replace(/[\r\n]+/g, ' ')}"` : text;
}
