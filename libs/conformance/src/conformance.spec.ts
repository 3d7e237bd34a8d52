import type { Connector, Page, Row, Stream } from '@isthmus/connector-kit';
import { checksOf } from './checks-of.js';
import type { FarSideUnderTest } from './harness.js';
import { runCheck, strayWaivers, waiverOf } from './run-check.js';

/** A connector whose far side is a list in memory, sound unless a spec spoils it. */
function sample(spoil: (stream: Stream, table: Row[]) => Partial<Stream> = () => ({})): {
  failing: () => Promise<string[]>;
} {
  const table: Row[] = [];
  let rowsEver = 0;
  const insert = (row: Row): string => {
    const id = `r${(rowsEver += 1)}`;
    table.push({ ...row, id });
    return id;
  };
  const stream: Stream = {
    title: { en: 'Things', zh: '东西' },
    schema: { type: 'object', required: ['id'], properties: { id: { type: 'string' } } },
    key: (row) => (row['id'] as string | undefined) ?? '',
    async *read(_context, { cursor, full }): AsyncGenerator<Page> {
      const begin = full || typeof cursor !== 'number' ? 0 : cursor;
      for (let at = begin; at < table.length; at += 2)
        yield await Promise.resolve({ rows: table.slice(at, at + 2), cursor: Math.min(at + 2, table.length) });
    },
    write: {
      batchSize: 5,
      repeat: 'probe',
      write: (_context, items) =>
        Promise.resolve(
          items.map((item) =>
            item.native['bad']
              ? { ok: false, failure: { kind: 'invalid', code: 'x.bad', message: { en: 'bad', zh: '坏' } } }
              : { ok: true, nativeId: insert({ ...item.native, recordId: item.recordId }) },
          ),
        ),
      probe: (_context, items) =>
        Promise.resolve(
          items.map((item) => {
            const row = table.find(({ recordId }) => recordId === item.recordId);
            return { found: row ? { nativeId: row['id'] as string } : undefined };
          }),
        ),
    },
  };
  const connector: Connector = {
    id: 'sample',
    title: 'Sample',
    docs: 'https://example.com',
    settings: { type: 'object', additionalProperties: false, properties: {} },
    limits: { requestsPerSecond: 5 },
    baseUrl: () => 'https://sample.example',
    streams: { things: { ...stream, ...spoil(stream, table) } },
  };
  const start = (): Promise<FarSideUnderTest> => {
    table.length = 0;
    return Promise.resolve({
      settings: {},
      outboundAllow: [],
      seed: (_stream, count) => Promise.resolve(Array.from({ length: count }, () => insert({}))),
      count: () => Promise.resolve(table.length),
      faults: {},
      stop: () => Promise.resolve(),
    });
  };
  const fixtures = {
    settings: {},
    farSide: {
      start,
      streams: {
        things: { rowsForThreePages: 6, newRow: (n: number): Row => ({ n }), poison: (): Row => ({ bad: true }) },
      },
    },
  };
  return {
    failing: async () => {
      const failed: string[] = [];
      for (const check of checksOf(connector, fixtures)) {
        await check.run().catch(() => failed.push(check.id));
      }
      return failed;
    },
  };
}

/** Needs faults of the far side, which this sample has none of. */
const WITHOUT_FAULTS = ['read.changes', 'read.rate-limit', 'read.server-error', 'write.lost-answer', 'write.lost-bulk'];

describe('the conformance suite', () => {
  it('passes a sound connector, and asks for the faults that its fixtures lack', async () => {
    expect(await sample().failing()).toEqual(WITHOUT_FAULTS);
  });

  const spoiled: readonly (readonly [string, string, (stream: Stream, table: Row[]) => Partial<Stream>])[] = [
    [
      'that loses a row of each page',
      'read.all',
      (stream) => ({ read: (context, request) => withoutLastRow(stream, context, request) }),
    ],
    [
      'that starts anew whatever the cursor says',
      'read.cursor-resume',
      (stream) => ({ read: (context) => stream.read?.(context, { cursor: undefined, full: true }) ?? none() }),
    ],
    [
      'that ends a full read at the old cursor',
      'read.full',
      (stream) => ({ read: (context, { cursor }) => stream.read?.(context, { cursor, full: false }) ?? none() }),
    ],
    ['whose rows break its own schema', 'read.all', () => ({ schema: { type: 'object', required: ['name'] } })],
    ['without a Chinese title', 'stream.declaration', () => ({ title: { en: 'Things', zh: '' } })],
    [
      'that reports a poisoned record as transient',
      'write.poison',
      (stream) => ({
        write: stream.write && {
          ...stream.write,
          write: async (context, items) =>
            ((await stream.write?.write(context, items)) ?? []).map((result) =>
              result.ok ? result : { ok: false, failure: { ...result.failure, kind: 'transient' } },
            ),
        },
      }),
    ],
    [
      'that gives results in another order',
      'write.poison',
      (stream) => ({
        write: stream.write && {
          ...stream.write,
          write: async (context, items) =>
            [...((await stream.write?.write(context, items)) ?? [])]
              .reverse()
              .toSorted((a, b) => Number(b.ok) - Number(a.ok)),
        },
      }),
    ],
    [
      'that says probe and has none',
      'stream.declaration',
      (stream) => ({ write: stream.write && { batchSize: 1, repeat: 'probe', write: stream.write.write } }),
    ],
  ];
  it.each(spoiled)('catches a connector %s', async (_name, check, spoil) => {
    expect((await sample(spoil).failing()).filter((id) => !WITHOUT_FAULTS.includes(id))).toContain(check);
  });

  it('a waived check must fail: a waiver that is not needed any more is an error', async () => {
    const waiver = { connector: 'sample', check: 'read.all', reason: 'no paging there' };
    const check = { id: 'read.all', title: '', stream: 'things', run: () => Promise.resolve() };
    await expect(runCheck(check, waiver)).rejects.toThrow(/not needed any more/);
    await expect(runCheck({ ...check, run: () => Promise.reject(new Error('gap')) }, waiver)).resolves.toBeUndefined();
    await expect(runCheck({ ...check, run: () => Promise.reject(new Error('gap')) }, undefined)).rejects.toThrow('gap');
  });

  it('a waiver is for one connector, one check and, where it says so, one stream', () => {
    const check = { id: 'read.all', title: '', stream: 'things', run: () => Promise.resolve() };
    const list = [
      { connector: 'other', check: 'read.all', reason: 'a' },
      { connector: 'sample', stream: 'orders', check: 'read.all', reason: 'b' },
      { connector: 'sample', stream: 'things', check: 'read.all', reason: 'c' },
    ];
    expect(waiverOf(list, 'sample', check)?.reason).toBe('c');
    expect(strayWaivers(list, 'sample', [check]).map(({ reason }) => reason)).toEqual(['b']);
  });
});

async function* withoutLastRow(stream: Stream, ...args: Parameters<NonNullable<Stream['read']>>): AsyncGenerator<Page> {
  for await (const page of stream.read?.(...args) ?? none()) yield { ...page, rows: page.rows.slice(0, -1) };
}

async function* none(): AsyncGenerator<Page> {
  yield* await Promise.resolve([]);
}
