import type { Wording } from '@isthmus/connector-kit';

/** What is wrong with a row or a file, or worth saying about it. */
export interface FileIssue {
  /** Stable dotted code, for example `files.damaged-number`. */
  readonly code: string;
  readonly message: Wording;
}

/** Facts that the wordings name. */
export interface IssueFacts {
  readonly at?: string;
  readonly detail?: string;
}

type Say = (facts: { at: string; detail: string }) => Wording;

const say =
  (en: string, zh: string): Say =>
  (facts) => ({ en: fill(en, facts), zh: fill(zh, facts) });

function fill(text: string, facts: { at: string; detail: string }): string {
  return text.replaceAll('{at}', facts.at).replaceAll('{detail}', facts.detail);
}

/** Every code that this connector says, with its words. `{at}` is a cell address, `{detail}` a name or number. */
const WORDINGS = {
  'empty-file': say('the file is empty', '文件是空的'),
  'file-too-large': say('the file is larger than {detail} bytes; split it', '文件超过 {detail} 字节，请拆分后再放入'),
  'old-excel-format': say(
    'this is an old .xls workbook or a password-protected one; save it as .xlsx without a password',
    '这是旧版 .xls 工作簿或带密码的工作簿，请另存为不带密码的 .xlsx',
  ),
  'html-table': say(
    'this is a web page with an Excel name; open it in Excel and save it as .xlsx',
    '这是以 Excel 扩展名保存的网页，请用 Excel 打开后另存为 .xlsx',
  ),
  'not-a-table': say('this is neither an .xlsx workbook nor a text file', '既不是 .xlsx 工作簿，也不是文本文件'),
  'broken-workbook': say(
    'the workbook is damaged ({detail}); open it in Excel and save it again',
    '工作簿已损坏（{detail}），请用 Excel 打开后重新保存',
  ),
  'workbook-too-large': say(
    'the workbook unpacks to more than is allowed ({detail})',
    '工作簿解压后超出限制（{detail}）',
  ),
  'sheet-not-found': say(
    'there is no such sheet; the workbook holds: {detail}',
    '找不到该工作表；工作簿中有：{detail}',
  ),
  'no-visible-sheet': say('the workbook has no visible sheet', '工作簿没有可见的工作表'),
  'header-not-found': say('no row holds the key columns: {detail}', '找不到包含主键列的表头：{detail}'),
  'duplicate-header': say('the column {detail} is there twice', '列“{detail}”出现了两次'),
  'dangerous-header': say('a column may not be called {detail}', '列名不允许为“{detail}”'),
  'merged-header': say(
    'the header row has merged cells; give every column a header of its own or set the row of the headers',
    '表头有合并单元格，请让每一列都有自己的表头，或在设置中指定表头行',
  ),
  'missing-columns': say(
    'these columns are not in the file, their fields stay as they are: {detail}',
    '文件中没有以下列，对应字段保持不变：{detail}',
  ),
  'too-many-rows': say(
    'the file has more than {detail} rows; the rest was not read: split it',
    '文件超过 {detail} 行，其余未读取，请拆分',
  ),
  'too-many-columns': say('the row has more than {detail} columns', '该行超过 {detail} 列'),
  'broken-quotes': say(
    'a quotation mark is not closed or stands in the wrong place; nothing was read from this row on',
    '引号未闭合或位置不对，从该行起未读取',
  ),
  'record-too-long': say(
    'the row is longer than {detail} characters: a quotation mark may be missing; nothing was read from this row on',
    '该行超过 {detail} 个字符，可能缺少引号，从该行起未读取',
  ),
  'undecodable-text': say(
    '{at}: the text cannot be decoded; save the file as UTF-8',
    '{at}：文字无法解码，请将文件另存为 UTF-8',
  ),
  'control-character': say('{at}: the cell holds a control character', '{at}：单元格中有控制字符'),
  'cell-too-long': say('{at}: the cell holds more than {detail} characters', '{at}：单元格超过 {detail} 个字符'),
  'cell-error': say('{at}: the cell shows the error {detail}', '{at}：单元格显示错误 {detail}'),
  'formula-without-value': say(
    '{at}: a formula without a stored result; open the file in Excel and save it',
    '{at}：公式没有保存结果，请用 Excel 打开后保存',
  ),
  'damaged-number': say(
    '{at}: a number of more than 15 digits has lost its last digits in Excel; format the column as text and enter it again',
    '{at}：超过 15 位的数字在 Excel 中已丢失末尾数字，请将该列设为文本格式后重新录入',
  ),
  'scientific-number': say(
    '{at}: {detail} is a shortened number whose digits are lost; format the column as text and enter it again',
    '{at}：{detail} 是科学计数法，原有数字已丢失，请将该列设为文本格式后重新录入',
  ),
  'not-a-number': say('{at}: this is not a number', '{at}：不是数字'),
  'not-a-date': say('{at}: this is not a date', '{at}：不是日期'),
  'ambiguous-date': say(
    '{at}: day and month cannot be told apart; write 2026-01-05',
    '{at}：无法区分日和月，请写成 2026-01-05',
  ),
  'not-a-boolean': say('{at}: this is neither yes nor no', '{at}：不是“是”或“否”'),
  'no-key': say('the key column is empty: {detail}', '主键列为空：{detail}'),
  'surplus-cells': say('{at}: the row has more cells than there are headers', '{at}：该行的单元格多于表头'),
  'repeated-key': say(
    'the key also stands in row {detail}; the later row counts',
    '主键与第 {detail} 行重复，以后面的行为准',
  ),
  'totals-row': say('a row of totals, not a record', '合计行，不是数据'),
  'repeated-header': say('the headers again, not a record', '重复的表头，不是数据'),
  'different-in-group': say('{at}: {detail} differs within one record', '{at}：同一单据内“{detail}”不一致'),
  'broken-line': say(
    'row {detail} of the same record was refused, so the whole record is',
    '同一单据的第 {detail} 行有误，整张单据未接收',
  ),
  'too-many-lines': say('one record has more than {detail} lines', '一张单据超过 {detail} 行明细'),
} as const;

/** The part of a code after `files.`. */
export type IssueName = keyof typeof WORDINGS;

/** An issue in words for both languages. */
export function fileIssue(name: IssueName, facts: IssueFacts = {}): FileIssue {
  return { code: `files.${name}`, message: WORDINGS[name]({ at: facts.at ?? '', detail: facts.detail ?? '' }) };
}

/** The file cannot be read from `row` on (0 = not at all). Caught where rows are paged; never leaves the connector. */
export class FileFault extends Error {
  readonly issue: FileIssue;
  readonly row: number;

  constructor(name: IssueName, facts: IssueFacts & { readonly row?: number } = {}, options?: ErrorOptions) {
    const issue = fileIssue(name, facts);
    super(issue.message.en, options);
    this.name = 'FileFault';
    this.issue = issue;
    this.row = facts.row ?? 0;
  }
}
