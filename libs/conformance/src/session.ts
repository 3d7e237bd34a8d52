import { createManualClock, createMemoryTokenStore, FailureError, openConnection } from '@isthmus/connector-kit';
import type {
  CallObservation,
  Connector,
  ConnectorContext,
  Failure,
  ManualClock,
  Page,
  ReadRequest,
  Settings,
  Stream,
} from '@isthmus/connector-kit';
import type { FarSideHarness, FarSideUnderTest } from './harness.js';

/** A connection to a far side, for one check. */
export interface Session {
  readonly farSide: FarSideUnderTest;
  readonly context: ConnectorContext;
  readonly clock: ManualClock;
  readonly calls: readonly TimedCall[];
  stream(name: string): Stream;
}

/** A call with the time at which it was answered. */
export interface TimedCall {
  readonly atMs: number;
  readonly call: CallObservation;
}

/** Starts a far side, connects, runs the check, closes everything. Time passes only when somebody sleeps. */
export async function withSession<S extends Settings>(
  connector: Connector<S>,
  harness: FarSideHarness,
  check: (session: Session) => Promise<void>,
): Promise<void> {
  const farSide = await harness.start();
  const clock = createManualClock({ startAt: new Date(), selfAdvancing: true });
  const calls: TimedCall[] = [];
  const connection = openConnection(connector as unknown as Connector, {
    connectionId: 'conformance',
    settings: farSide.settings,
    tokens: createMemoryTokenStore(clock),
    clock,
    signal: new AbortController().signal,
    outboundAllow: farSide.outboundAllow,
    ...(farSide.transport ? { transport: farSide.transport } : {}),
    onCall: (call) => calls.push({ atMs: clock.monotonicMs(), call }),
  });
  const stream = (name: string): Stream => {
    const found = connection.streams[name];
    if (!found) throw new Error(`the connector has no stream ${name} under these settings`);
    return found;
  };
  try {
    await check({ farSide, context: connection.context, clock, calls, stream });
  } finally {
    await connection.close();
    await farSide.stop();
  }
}

/** Reads pages until the end, or until `most` of them; cursors go through JSON text, as they do in the ledger. */
export async function readPages(session: Session, name: string, request: ReadRequest, most = 10_000): Promise<Page[]> {
  const pagesOf = session.stream(name).read?.(session.context, request);
  if (!pagesOf) throw new Error(`the stream ${name} cannot be read`);
  const pages: Page[] = [];
  for await (const page of pagesOf) {
    pages.push({ rows: page.rows, cursor: JSON.parse(JSON.stringify(page.cursor)) as Page['cursor'] });
    if (pages.length >= most || pages.length > 10_000) break;
  }
  return pages;
}

/** Native ids of the rows on these pages. */
export function keysOf(session: Session, name: string, pages: readonly Page[]): string[] {
  const stream = session.stream(name);
  return pages.flatMap(({ rows }) => rows.map((row) => stream.key(row)));
}

/** The failure that this promise is rejected with; undefined when it resolves. Other errors pass. */
export async function failureOf(promise: Promise<unknown>): Promise<Failure | undefined> {
  try {
    await promise;
    return undefined;
  } catch (error) {
    if (error instanceof FailureError) return error.failure;
    throw error;
  }
}
