import { refuse, type Refusal } from './transform.js';

/** A code that the value table does not hold: the record parks until somebody adds the entry. Names table and value. */
export function unmappedValue(table: string, value: string): Refusal {
  const shown = value.length > 100 ? `${value.slice(0, 100).toWellFormed()}…` : value;
  return refuse(
    'mapping.unmapped-value',
    `the value "${shown}" has no entry in the table "${table}"`,
    `值“${shown}”在对照表“${table}”中没有条目`,
  );
}
