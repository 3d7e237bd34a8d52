import type { ConnectorContext, Fetched, Row, Stream } from '@isthmus/connector-kit';
import { idOf, instantOf, textIn } from './answers.js';
import { listPages, readList } from './read-list.js';
import { warehousesSchema } from './schemas/warehouses.js';

const LIST = '/jdy/v2/bd/store';

/** Warehouses (仓库). They change seldom and their list documents no time window: every read is a full one. */
export const warehouses: Stream = {
  title: { en: 'Warehouses', zh: '仓库' },
  schema: warehousesSchema,
  key: idOf,
  modifiedAt: (row) => instantOf(textIn(row, 'modify_time')),
  pollSeconds: 900,
  async *read(context, request) {
    const cursor = request.full ? request.cursor : undefined;
    for await (const page of readList(context, LIST, { cursor, full: true }, (rows) => Promise.resolve(rows))) {
      yield request.full ? page : { rows: page.rows, cursor: null };
    }
  },
  fetchBatchSize: 100,
  fetch: fetchWarehouses,
};

/** The list holds all fields and is short: it answers for any number of ids. */
async function fetchWarehouses(context: ConnectorContext, ids: readonly string[]): Promise<readonly Fetched[]> {
  const rows = new Map<string, Row>();
  for await (const page of listPages(context, LIST, {})) for (const row of page.rows) rows.set(idOf(row), row);
  return ids.map((id): Fetched => {
    const row = rows.get(id);
    return row === undefined ? { id, gone: true } : { id, row };
  });
}
