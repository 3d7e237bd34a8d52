import { FailureError } from '@isthmus/connector-kit';
import type { ConnectorContext, Fetched, Row } from '@isthmus/connector-kit';
import { dataOf, idOf, inParallel } from './answers.js';
import { pathWithQuery } from './signing.js';

/** Detail calls at the same time for one page or fetch. */
const PARALLEL = 4;

/** How whole rows of a stream are got one by one. */
export interface DetailSource {
  /** Path of the detail call, for example `/jdy/v2/bd/customer_detail`. */
  readonly path: string;
  /** Turns Kingdee's detail into the stream's row. */
  toRow(context: ConnectorContext, detail: Row): Row;
}

/** Whole rows of list rows; a row that vanished meanwhile is left out. */
export async function detailRows(
  context: ConnectorContext,
  source: DetailSource,
  rows: readonly Row[],
): Promise<readonly Row[]> {
  const found = await fetchDetails(context, source, rows.map(idOf));
  return found.flatMap((result) => {
    if ('failure' in result) throw new FailureError(result.failure);
    return 'row' in result ? [result.row] : [];
  });
}

/** Fetches rows by id. A failure that is not about one row (auth, limits) is thrown. */
export function fetchDetails(
  context: ConnectorContext,
  source: DetailSource,
  ids: readonly string[],
): Promise<readonly Fetched[]> {
  return inParallel(ids, PARALLEL, async (id): Promise<Fetched> => {
    const row = await detailBy(context, source, 'id', id);
    return row === undefined ? { id, gone: true } : { id, row };
  });
}

/** The whole row with this id or number; undefined when Kingdee has none. */
export async function detailBy(
  context: ConnectorContext,
  source: DetailSource,
  by: 'id' | 'number',
  value: string,
): Promise<Row | undefined> {
  try {
    const answer = await context.http.call({
      method: 'GET',
      path: pathWithQuery(source.path, { [by]: value }),
      template: source.path,
    });
    if (
      answer.body !== null &&
      typeof answer.body === 'object' &&
      !Array.isArray(answer.body) &&
      (answer.body['data'] ?? null) === null
    )
      return undefined;
    const detail = dataOf(answer.body, source.path);
    return idOf(detail) === '' ? undefined : source.toRow(context, detail);
  } catch (error) {
    if (error instanceof FailureError && error.failure.kind === 'gone') return undefined;
    throw error;
  }
}
