import { files } from './files/connector.js';
import { hubspot } from './hubspot/connector.js';
import { kingdeeXingchen } from './kingdee-xingchen/connector.js';
import { rest } from './rest/connector.js';
import type { Connector, Settings } from '@isthmus/connector-kit';

export { readWorkbook } from './files/read-workbook.js';
export type { ReadWorkbookOptions, WorkbookPage } from './files/read-workbook.js';
export { resultPath } from './files/read-folder.js';
export { appendResults, resultFile, RESULT_STATUSES } from './files/result-file.js';
export type { ResultRow, ResultStatus } from './files/result-file.js';
export { filesSettings } from './files/settings.js';
export type { ColumnSettings, ColumnType, FilesSettings, StreamSettings, WriteBackSettings } from './files/settings.js';

/** Every connector that this hub knows, by the order in which the console lists them. */
export const connectors: readonly Connector[] = [listed(files), listed(hubspot), listed(kingdeeXingchen), listed(rest)];

/** The connector with this id (its folder's name), or undefined. */
export function connectorById(id: string): Connector | undefined {
  return connectors.find((connector) => connector.id === id);
}

/**
 * A connector in the list: its settings are checked against its own schema before they reach it (`validateSettings`), so the
 * list need not know their type.
 */
function listed<S extends Settings>(connector: Connector<S>): Connector {
  return connector as unknown as Connector;
}
