import { FileFault } from '../file-issue.js';
import type { FileTable, TableLimits } from '../file-table.js';
import { readMergedAreas } from './merged-areas.js';
import { readDateFormats } from './number-formats.js';
import { readSharedStrings } from './shared-strings.js';
import { sheetRows } from './sheet-rows.js';
import { readWorkbookParts, type SheetPlace } from './workbook-sheets.js';
import { openZip } from './zip-parts.js';

/**
 * Opens one sheet of an .xlsx workbook. Formulas are never evaluated: a formula counts with the result that Excel stored.
 *
 * @param wanted name of the sheet; undefined = the first visible one
 * @throws FileFault
 */
export async function openWorkbook(data: Buffer, wanted: string | undefined, limits: TableLimits): Promise<FileTable> {
  const zip = openZip(data, limits);
  const workbook = await readWorkbookParts(zip);
  const place = pickSheet(workbook.sheets, wanted);
  const merged = await readMergedAreas(zip.read(place.part));
  const around = {
    sharedStrings: await readSharedStrings(zip, workbook.sharedStrings),
    dateFormats: await readDateFormats(zip, workbook.styles),
    epoch1904: workbook.epoch1904,
    limits,
  };
  return {
    sheet: place.name,
    epoch1904: workbook.epoch1904,
    merged,
    rowsMayEndEarly: false,
    rows: () => sheetRows(zip.read(place.part), around),
  };
}

function pickSheet(sheets: readonly SheetPlace[], wanted: string | undefined): SheetPlace {
  const found =
    wanted === undefined
      ? sheets.find((sheet) => sheet.visible)
      : sheets.find((sheet) => sheet.name.trim() === wanted.trim());
  if (found !== undefined) return found;
  if (wanted === undefined) throw new FileFault('no-visible-sheet');
  const names = sheets.map((sheet) => sheet.name).slice(0, 20);
  throw new FileFault('sheet-not-found', { detail: names.join(', ') });
}
