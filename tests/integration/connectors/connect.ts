import { createMemoryTokenStore, openConnection, systemClock } from '@isthmus/connector-kit';
import type {
  CallObservation,
  Connector,
  OpenConnection,
  Page,
  ReadRequest,
  Row,
  Settings,
  Stream,
  WriteItem,
  WriteResult,
} from '@isthmus/connector-kit';

/** A connection to a far side on this machine, with the calls that it made. */
export interface TestConnection extends OpenConnection {
  readonly calls: CallObservation[];
}

/** Opens a connection of the connector to the sandbox. Close it after the test. */
export function connect(connector: Connector, settings: Settings): TestConnection {
  const calls: CallObservation[] = [];
  const url = new URL(connector.baseUrl(settings));
  const connection = openConnection(connector, {
    connectionId: connector.id,
    settings,
    tokens: createMemoryTokenStore(systemClock),
    clock: systemClock,
    signal: new AbortController().signal,
    outboundAllow: [url.host],
    onCall: (call) => calls.push(call),
  });
  return { ...connection, calls };
}

/** The stream by its name, which must exist. */
export function streamOf(connection: OpenConnection, name: string): Stream {
  const stream = connection.streams[name];
  if (stream === undefined) throw new Error(`no stream ${name}`);
  return stream;
}

/** Reads to the end; rows in order and the last cursor. */
export async function readAll(
  connection: OpenConnection,
  name: string,
  request: ReadRequest,
): Promise<{ rows: Row[]; pages: Page[]; cursor: Page['cursor'] | undefined }> {
  const pages: Page[] = [];
  for await (const page of streamOf(connection, name).read!(connection.context, request)) pages.push(page);
  return { rows: pages.flatMap((page) => page.rows), pages, cursor: pages.at(-1)?.cursor ?? request.cursor };
}

let lastRecord = 0;

/** A write of a new record. */
export function create(
  native: Row,
  recordId = `0192f5c0-0000-7000-8000-${String((lastRecord += 1)).padStart(12, '0')}`,
): WriteItem {
  return { idempotencyKey: `create:${recordId}`, recordId, native, changed: native };
}

/** A write that changes a known one. */
export function update(item: WriteItem, nativeId: string, base: Row, changed: Row): WriteItem {
  return {
    idempotencyKey: `${item.recordId}:2`,
    recordId: item.recordId,
    nativeId,
    base,
    changed,
    native: { ...item.native, ...changed },
  };
}

/** The first page of a stream alone, as if the process had died after it. */
export async function firstPage(connection: OpenConnection, name: string, request: ReadRequest): Promise<Page> {
  for await (const page of streamOf(connection, name).read!(connection.context, request)) return page;
  throw new Error(`the stream ${name} gave no page`);
}

/** What a write stored; fails the test when it was refused. */
export function written(result: WriteResult | undefined): { readonly nativeId: string; readonly stored: Row } {
  if (!result?.ok || !result.stored) throw new Error(`refused: ${JSON.stringify(result)}`);
  return { nativeId: result.nativeId, stored: result.stored };
}

/** A member of a row that is a list of rows. */
export function listIn(row: Row, name: string): Row[] {
  return row[name] as Row[];
}

/** A member of a row as text; empty when it is absent or no scalar. */
export function textIn(row: unknown, name: string): string {
  const value = (row as Row | undefined)?.[name];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
