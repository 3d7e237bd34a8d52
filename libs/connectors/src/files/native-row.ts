import type { Json, Row } from '@isthmus/connector-kit';
import type { FileIssue } from './file-issue.js';
import type { ResultRow } from './result-file.js';

/** A native row on its way out, with what the result file says of its rows in the sheet. */
export interface NativeStep {
  /** Absent for rows of the sheet that are no record. */
  readonly native?: Row;
  readonly results: readonly ResultRow[];
}

/** Where a native row comes from. */
export type RowPlace = {
  readonly file: string;
  /** Empty for text files. */
  readonly sheet: string;
  /** From 1; the first one of a record of several rows; 0 = the file as a whole. */
  readonly row: number;
};

/** A row that is refused: without a key, with what could be read and why it is not taken. */
export function refusedRow(
  place: RowPlace,
  values: { readonly [field: string]: Json },
  issues: readonly FileIssue[],
): Row {
  return {
    ...place,
    key: '',
    values: { ...values },
    issues: issues.map(({ code, message }) => ({ code, message: { ...message } })),
  };
}
