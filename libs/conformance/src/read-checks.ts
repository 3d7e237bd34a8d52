import assert from 'node:assert/strict';
import { compileSchema } from '@isthmus/connector-kit';
import type { Connector, Page } from '@isthmus/connector-kit';
import type { Check } from './check.js';
import { needed } from './check.js';
import type { FarSideHarness } from './harness.js';
import { failureOf, keysOf, readPages, withSession } from './session.js';
import type { Session } from './session.js';

const FROM_START = { cursor: undefined, full: false };

/** Checks of one stream that is read from a far side. */
export function readChecks(connector: Connector, harness: FarSideHarness, name: string): Check[] {
  const rows = harness.streams[name]?.rowsForThreePages;
  if (rows === undefined) return [];
  const check = (
    id: string,
    title: string,
    run: (session: Session, seeded: readonly string[]) => Promise<void>,
  ): Check => ({
    id,
    title,
    stream: name,
    run: () => withSession(connector, harness, async (session) => run(session, await session.farSide.seed(name, rows))),
  });
  const hasTokens = connector.auth?.renew !== undefined;
  return [
    check(
      'read.all',
      'reads every row over several pages, valid against the native schema',
      async (session, seeded) => {
        const pages = await readPages(session, name, FROM_START);
        assert.ok(pages.filter((page) => page.rows.length > 0).length >= 3, 'the far side gave less than three pages');
        assertAll(session, name, seeded, pages);
        assertValid(session, name, pages);
      },
    ),
    check('read.insertion', 'misses no row while others are inserted', async (session, seeded) => {
      const [first] = await readPages(session, name, FROM_START, 1);
      const inserted = await session.farSide.seed(name, 2);
      const rest = await readPages(session, name, { cursor: first?.cursor, full: false });
      assertAll(session, name, seeded, first ? [first, ...rest] : rest);
      const changes = await readPages(session, name, { cursor: (rest.at(-1) ?? first)?.cursor, full: false });
      assertAll(session, name, inserted, [...(first ? [first] : []), ...rest, ...changes]);
    }),
    check('read.cursor-resume', 'resumes after the last stored page of a run that was cut', async (session, seeded) => {
      const begun = await readPages(session, name, FROM_START, 2);
      const rest = await readPages(session, name, { cursor: begun.at(-1)?.cursor, full: false });
      assertAll(session, name, seeded, [...begun, ...rest]);
      const first = new Set(keysOf(session, name, begun.slice(0, 1)));
      assert.ok(!keysOf(session, name, rest).some((key) => first.has(key)), 'more than one page was read again');
    }),
    check('read.full', 'reads everything again when asked to, whatever was read before', async (session, seeded) => {
      const before = await readPages(session, name, FROM_START);
      assertAll(session, name, seeded, await readPages(session, name, { cursor: before.at(-1)?.cursor, full: true }));
    }),
    check('read.changes', 'finds a row that changed after the last read', async (session, seeded) => {
      const before = await readPages(session, name, FROM_START);
      const [changed = ''] = seeded;
      await needed(session.farSide.touch, 'farSide.touch')(name, changed);
      assertAll(
        session,
        name,
        [changed],
        await readPages(session, name, { cursor: before.at(-1)?.cursor, full: false }),
      );
    }),
    check('read.rate-limit', 'F15 makes no call before the far side wants to see it again', (session, seeded) =>
      rateLimited(session, name, seeded),
    ),
    check('read.server-error', 'F14 goes on after a server error from where it was', async (session, seeded) => {
      const [first] = await readPages(session, name, FROM_START, 1);
      needed(session.farSide.faults.failNext, 'farSide.faults.failNext')();
      const failure = await failureOf(readPages(session, name, { cursor: first?.cursor, full: false }));
      assert.equal(failure?.kind, 'transient', 'a server error of a read is transient');
      const rest = await readPages(session, name, { cursor: first?.cursor, full: false });
      assertAll(session, name, seeded, first ? [first, ...rest] : rest);
    }),
    ...(hasTokens
      ? [
          check(
            'read.token-expiry',
            'F24 renews expired credentials once, in the middle of a read',
            (session, seeded) => expired(session, name, seeded),
          ),
        ]
      : []),
    check('read.fetch', 'fetches a row by its id and knows when it is gone', (session, seeded) =>
      fetched(session, name, seeded),
    ),
  ];
}

async function rateLimited(session: Session, name: string, seeded: readonly string[]): Promise<void> {
  const [first] = await readPages(session, name, FROM_START, 1);
  needed(session.farSide.faults.rateLimitNext, 'farSide.faults.rateLimitNext')(7);
  const failure = await failureOf(readPages(session, name, { cursor: first?.cursor, full: false }));
  assert.equal(failure?.kind, 'rate-limited');
  const refusedAtMs = session.clock.monotonicMs();
  const before = session.calls.length;
  const rest = await readPages(session, name, { cursor: first?.cursor, full: false });
  assertAll(session, name, seeded, first ? [first, ...rest] : rest);
  const next = session.calls[before];
  assert.ok(next && next.atMs - refusedAtMs >= 7_000, 'a call was made too early');
}

async function expired(session: Session, name: string, seeded: readonly string[]): Promise<void> {
  const { faults } = session.farSide;
  const [first] = await readPages(session, name, FROM_START, 1);
  const issued = needed(faults.tokensIssued, 'farSide.faults.tokensIssued');
  const before = issued();
  needed(faults.expireTokens, 'farSide.faults.expireTokens')();
  const request = { cursor: first?.cursor, full: false };
  const [rest] = await Promise.all([
    readPages(session, name, request),
    readPages(session, name, request),
    readPages(session, name, request),
  ]);
  assertAll(session, name, seeded, first ? [first, ...rest] : rest);
  assert.equal(issued() - before, 1, 'the credentials must be renewed exactly once');
}

async function fetched(session: Session, name: string, seeded: readonly string[]): Promise<void> {
  const stream = session.stream(name);
  if (!stream.fetch) return;
  const [id = ''] = seeded;
  const [found] = await stream.fetch(session.context, [id]);
  assert.ok(found && 'row' in found, 'the row was not found');
  assert.equal(stream.key(found.row), id);
  const unknown = /^\d+$/.test(id)
    ? String(10n ** BigInt(Math.max(1, id.length)) - 1n)
    : `${id.slice(0, -1)}${id.endsWith('0') ? '1' : '0'}`;
  if (seeded.includes(unknown)) return;
  const [gone] = await stream.fetch(session.context, [unknown]);
  assert.ok(gone && 'gone' in gone, 'a row that does not exist must be reported as gone');
}

function assertAll(session: Session, name: string, expected: readonly string[], pages: readonly Page[]): void {
  const read = new Set(keysOf(session, name, pages));
  assert.deepEqual(
    expected.filter((id) => !read.has(id)),
    [],
    'rows were missed',
  );
}

function assertValid(session: Session, name: string, pages: readonly Page[]): void {
  const stream = session.stream(name);
  const validate = compileSchema(stream.schema);
  for (const row of pages.flatMap((page) => page.rows)) {
    assert.notEqual(stream.key(row), '', 'a row has no native id');
    const at = stream.modifiedAt?.(row);
    if (at !== undefined) assert.match(at, /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/);
    assert.ok(
      validate(row),
      `row ${stream.key(row)}: ${(validate.errors ?? []).map((error) => `${error.instancePath} ${error.message}`).join('; ')}`,
    );
  }
}
