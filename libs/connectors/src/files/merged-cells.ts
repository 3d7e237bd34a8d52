import type { MergedArea, RawCell, RawRow } from './file-table.js';
import type { TableColumns } from './table-columns.js';

/**
 * A cell merged over several rows stands in the first of them and is meant for all: an order number beside its lines, a
 * category beside its products. Returns a function that is given the rows in order and repeats such cells downwards.
 * Amounts of lines are not repeated: the same quantity twice would be a quantity too many.
 */
export function repeatMergedCells(merged: readonly MergedArea[], found: TableColumns): (raw: RawRow) => RawRow {
  const areas = merged
    .filter((area) => area.lastRow > area.firstRow && area.firstRow > found.headerRow && mayRepeat(area, found))
    .toSorted((a, b) => a.firstRow - b.firstRow);
  const active = new Map<number, { readonly lastRow: number; readonly cell: RawCell | undefined }>();
  let next = 0;
  return (raw) => {
    for (let area = areas[next]; area !== undefined && area.firstRow <= raw.row; area = areas[(next += 1)]) {
      if (area.firstRow === raw.row)
        active.set(area.firstColumn, { lastRow: area.lastRow, cell: raw.cells[area.firstColumn] });
    }
    if (active.size === 0) return raw;
    const cells = [...raw.cells];
    for (const [column, area] of active) {
      if (area.lastRow < raw.row) active.delete(column);
      else if (cells[column] === undefined) cells[column] = area.cell;
    }
    return { row: raw.row, cells };
  };
}

function mayRepeat(area: MergedArea, found: TableColumns): boolean {
  if (area.firstColumn !== area.lastColumn) return false;
  const column = found.columns[area.firstColumn];
  if (column === undefined || column.line) return false;
  return column.type !== 'number' || found.columns.some((other) => other.line);
}
