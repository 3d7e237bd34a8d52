import type { Json } from '@isthmus/connector-kit';
import { fileIssue, type FileIssue, type IssueName } from '../file-issue.js';
import { TABLE_LIMITS, type RawCell } from '../file-table.js';
import type { ColumnType } from '../settings.js';
import { readBoolean } from './boolean-text.js';
import { isAmbiguousDate, readDate, serialDate } from './date-text.js';
import { excelNumber, isExcelScientific, isScientific, readNumber } from './number-text.js';
import { hasControlCharacter, plainText } from './plain-text.js';

const LONE_SURROGATE = /\p{Surrogate}/u;

/** A cell in normal form, or why it cannot be taken. */
export type CellOutcome = { readonly value: Json } | { readonly issue: FileIssue };

/** What is known about a cell besides its content. */
export interface CellPlace {
  /** Address as Excel shows it, for messages. */
  readonly at: string;
  readonly type: ColumnType | undefined;
  readonly epoch1904: boolean;
}

/**
 * Normal form of a cell: numbers as decimal text, dates as `2026-01-05` or `2026-01-05 14:30:00` (local), yes/no as booleans,
 * empty as null, everything else as trimmed text. A value that a column's type does not fit is refused, never guessed.
 */
export function cellValue(cell: RawCell | undefined, place: CellPlace): CellOutcome {
  if (cell === undefined) return { value: null };
  switch (cell.kind) {
    case 'error':
      return refuse('cell-error', place, cell.text);
    case 'formula':
      return refuse('formula-without-value', place);
    case 'boolean':
      return booleanCell(cell.value, place);
    case 'date':
      return dateCell(cell.text, place);
    case 'number':
      return numberCell(cell.text, place);
    case 'text':
      return textCell(cell.text, place);
  }
}

function booleanCell(value: boolean, place: CellPlace): CellOutcome {
  if (place.type === 'number') return refuse('not-a-number', place);
  if (isDate(place)) return refuse('not-a-date', place);
  return { value: place.type === 'text' ? (value ? 'TRUE' : 'FALSE') : value };
}

function dateCell(text: string, place: CellPlace): CellOutcome {
  if (place.type === 'number') return refuse('not-a-number', place);
  if (place.type === 'boolean') return refuse('not-a-boolean', place);
  return isDate(place) ? dateOrRefusal(text, place) : { value: text };
}

function isDate({ type }: CellPlace): boolean {
  return type === 'date' || type === 'datetime';
}

/** A time of day alone is no date; a `datetime` column gets midnight where the cell names none. */
function dateOrRefusal(text: string | undefined, place: CellPlace): CellOutcome {
  if (text === undefined || !text.includes('-')) return refuse('not-a-date', place);
  return { value: place.type === 'datetime' && !text.includes(' ') ? `${text} 00:00:00` : text };
}

function numberCell(stored: string, place: CellPlace): CellOutcome {
  if (!Number.isFinite(Number(stored))) return refuse('not-a-number', place);
  const text = excelNumber(stored);
  if (text === undefined) return refuse('damaged-number', place);
  if (isDate(place)) return dateOfNumber(text, place);
  if (place.type !== 'boolean') return { value: text };
  const yes = readBoolean(text);
  return yes === undefined ? refuse('not-a-boolean', place) : { value: yes };
}

/** A date column may hold day numbers without a date format, and dates such as 20260105. */
function dateOfNumber(text: string, place: CellPlace): CellOutcome {
  const date = /^\d{8}$/.test(text) ? readDate(text) : serialDate(Number(text), place.epoch1904);
  return dateOrRefusal(date, place);
}

function textCell(raw: string, place: CellPlace): CellOutcome {
  if (raw.length > TABLE_LIMITS.cellCharacters)
    return refuse('cell-too-long', place, String(TABLE_LIMITS.cellCharacters));
  const text = plainText(raw);
  if (text === '') return { value: null };
  if (hasControlCharacter(text)) return refuse('control-character', place);
  if (text.includes('\uFFFD') || LONE_SURROGATE.test(text)) return refuse('undecodable-text', place);
  if (isExcelScientific(text)) return refuse('scientific-number', place, text);
  if (/^#(?:N\/A|REF!|VALUE!|DIV\/0!|NAME\?|NULL!|NUM!)$/.test(text)) return refuse('cell-error', place, text);
  return typedText(text, place);
}

function typedText(text: string, place: CellPlace): CellOutcome {
  switch (place.type) {
    case 'number': {
      if (isScientific(text)) return refuse('scientific-number', place, text);
      const number = readNumber(text);
      return number === undefined ? refuse('not-a-number', place) : { value: number };
    }
    case 'date':
    case 'datetime': {
      return isAmbiguousDate(text) ? refuse('ambiguous-date', place) : dateOrRefusal(readDate(text), place);
    }
    case 'boolean': {
      const yes = readBoolean(text);
      return yes === undefined ? refuse('not-a-boolean', place) : { value: yes };
    }
    case 'text':
    case undefined:
      return { value: text };
  }
}

function refuse(name: IssueName, place: CellPlace, detail?: string): CellOutcome {
  return { issue: fileIssue(name, { at: place.at, ...(detail === undefined ? {} : { detail }) }) };
}
