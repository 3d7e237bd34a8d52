import type { ConnectorContext, Fetched, Page, Row } from '@isthmus/connector-kit';
import { stockProperties } from './settings.js';

/**
 * HubSpot has no locations: the codes of the setting `stockProperties` stand for them, so that stock levels have something to
 * refer to. No calls are made.
 */
export async function* readLocations(context: ConnectorContext): AsyncIterable<Page> {
  yield { rows: rows(context), cursor: null };
}

/** Looks the codes up in the settings. */
export async function fetchLocations(context: ConnectorContext, ids: readonly string[]): Promise<readonly Fetched[]> {
  const known = new Map(rows(context).map((row) => [row['code'], row]));
  return ids.map((id): Fetched => {
    const row = known.get(id);
    return row === undefined ? { id, gone: true } : { id, row };
  });
}

function rows(context: ConnectorContext): readonly Row[] {
  return [...stockProperties(context.settings)].map(([code, property]) => ({ code, property }));
}
