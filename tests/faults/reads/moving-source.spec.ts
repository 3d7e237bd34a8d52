import fc from 'fast-check';
import type { Page } from '@isthmus/connector-kit';
import { FailureError, makeFailure } from '@isthmus/connector-kit';
import { testLedger } from '../../support/ledger.js';
import type { TestLedger } from '../../support/ledger.js';
import { MovingSource, outage, OVERLAP_MS } from '../../support/moving-source.js';
import type { SourceKind } from '../../support/moving-source.js';
import { Died, ReadWorld } from '../../support/read-world.js';

jest.setTimeout(300_000);

const RUNS = Number(process.env['ISTHMUS_TEST_RUNS'] ?? 60);
const ids = Array.from({ length: 12 }, (_, index) => `r${String(index).padStart(2, '0')}`);

type Step =
  | { readonly do: 'write'; readonly id: string; readonly delayMs: number }
  | { readonly do: 'remove'; readonly id: string }
  | { readonly do: 'stamp ahead'; readonly id: string }
  | { readonly do: 'wait'; readonly ms: number }
  | {
      readonly do: 'poll';
      readonly endsAt?: number | undefined;
      readonly ends?: 'dies' | 'away';
      readonly meanwhile: readonly Edit[];
    };

interface Edit {
  readonly page: number;
  readonly id: string;
  readonly what: 'write' | 'remove';
  readonly delayMs: number;
}

const id = fc.constantFrom(...ids);
const delayMs = fc.oneof(fc.constant(0), fc.integer({ min: 1, max: OVERLAP_MS / 2 }));
const edit: fc.Arbitrary<Edit> = fc.record({
  page: fc.integer({ min: 1, max: 5 }),
  id,
  what: fc.constantFrom('write', 'write', 'remove'),
  delayMs,
});
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant('write' as const), id, delayMs }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('remove' as const), id }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 90_000 }) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('poll' as const),
      endsAt: fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
      ends: fc.constantFrom('dies', 'away'),
      meanwhile: fc.array(edit, { maxLength: 4 }),
    }),
  },
);
const kind: fc.Arbitrary<SourceKind> = fc
  .record({
    paging: fc.constantFrom('number', 'keyset'),
    granularityMs: fc.constantFrom(1, 1_000, 60_000),
    skewMs: fc.constantFrom(0, -3_600_000, 3_600_000),
    tellsTime: fc.boolean(),
    pageSize: fc.integer({ min: 1, max: 5 }),
  })
  // A clock that nobody tells can only be trusted within the overlap; stamps that are cut reach back as far as they are coarse.
  .map((all) => ({
    ...all,
    skewMs: all.tellsTime ? all.skewMs : 0,
    granularityMs: Math.min(all.granularityMs, 1_000),
  }));

describe('a source that commits late, moves its rows and stamps them coarsely', () => {
  let ledger: TestLedger;
  beforeAll(async () => {
    ledger = await testLedger('reads');
  });
  afterAll(() => ledger?.close());
  afterEach(() => ledger.clean());

  async function play(source: MovingSource, world: ReadWorld, steps: readonly Step[]): Promise<void> {
    for (const one of steps) {
      if (one.do === 'write') source.write(one.id, one.delayMs);
      else if (one.do === 'remove') source.remove(one.id);
      else if (one.do === 'stamp ahead') source.write(one.id, 0, 315_360_000_000);
      else if (one.do === 'wait') await world.clock.advance(one.ms);
      else await poll(source, world, one);
    }
  }

  async function poll(source: MovingSource, world: ReadWorld, step: Extract<Step, { do: 'poll' }>): Promise<void> {
    source.pagesLoaded = 0;
    source.beforePage = (page) => {
      for (const { id: row, what, delayMs: delay } of step.meanwhile.filter((one) => one.page === page))
        if (what === 'remove') source.remove(row);
        // A new row in the place of a deleted one, between the same two pages, is what page numbers cannot show.
        else if (source.kind.paging === 'keyset' || source.has(row)) source.write(row, delay);
      if (page !== step.endsAt) return;
      throw step.ends === 'dies' ? new Died() : outage();
    };
    await world.poll();
    source.beforePage = () => undefined;
    await world.leasesEnd();
    await world.clock.advance(1_000);
    await world.merge();
  }

  async function comeToRest(source: MovingSource, world: ReadWorld): Promise<void> {
    await world.clock.advance(OVERLAP_MS);
    // A window that was cut is read once more, and what was late in it after that.
    for (let round = 0; round < 3; round += 1) await poll(source, world, { do: 'poll', meanwhile: [] });
  }

  async function newWorld(sourceKind: SourceKind): Promise<{ source: MovingSource; world: ReadWorld }> {
    await ledger.clean();
    const holder: { source?: MovingSource } = {};
    const world = new ReadWorld(ledger, (request) => (holder.source as MovingSource).read(request));
    const source = new MovingSource(sourceKind, world.clock);
    holder.source = source;
    return { source, world };
  }

  async function expectAllSeenOnce(source: MovingSource, world: ReadWorld): Promise<void> {
    const versions = await world.versions();
    for (const row of source.visible()) expect([row.id, versions.get(row.id)?.at(-1)]).toEqual([row.id, row.note]);
    for (const [native, notes] of versions) {
      // Every content became at most one version, and none came back after a newer one.
      expect([native, notes]).toEqual([native, [...new Set(notes)].sort()]);
      expect(source.history.get(native)).toEqual(expect.arrayContaining(notes));
    }
    expect(await world.rows(`select 1 from change where state in ('pending', 'rejected', 'dead', 'waiting')`)).toEqual(
      [],
    );
  }

  it('is read so that nothing is missed and nothing is applied twice, wherever the reading is cut', async () => {
    await fc.assert(
      fc.asyncProperty(kind, fc.array(step, { minLength: 5, maxLength: 40 }), async (sourceKind, steps) => {
        const { source, world } = await newWorld(sourceKind);
        await play(source, world, steps);
        await comeToRest(source, world);
        await expectAllSeenOnce(source, world);
      }),
      { numRuns: RUNS },
    );
  });

  const plain: SourceKind = { paging: 'number', granularityMs: 1, skewMs: 0, tellsTime: true, pageSize: 3 };

  it('F26 rows that move between pages while they are read are all seen: one changes and goes to the end, one is deleted', async () => {
    const { source, world } = await newWorld(plain);
    for (const row of ids) {
      source.write(row);
      await world.clock.advance(1_000);
    }
    const meanwhile: Edit[] = [
      { page: 2, id: 'r00', what: 'write', delayMs: 0 },
      { page: 3, id: 'r01', what: 'remove', delayMs: 0 },
    ];
    await poll(source, world, { do: 'poll', meanwhile });
    await expectAllSeenOnce(source, world);
  });

  it.each<[string, SourceKind['paging']]>([
    ['numbered pages', 'number'],
    ['pages by (time, id)', 'keyset'],
  ])(
    'F29 records with one stamp over page edges, and a clock an hour behind or ahead, are all seen: %s',
    async (_name, paging) => {
      for (const skewMs of [-3_600_000, 3_600_000]) {
        const { source, world } = await newWorld({ ...plain, paging, granularityMs: 1_000, skewMs });
        for (const row of ids) source.write(row, row < 'r06' ? 0 : 30_000);
        await poll(source, world, { do: 'poll', meanwhile: [] });
        await world.clock.advance(30_000);
        await poll(source, world, { do: 'poll', meanwhile: [] });
        await expectAllSeenOnce(source, world);
        expect((await world.versions()).size).toBe(ids.length);
      }
    },
  );

  it('F29 one record that is stamped ten years ahead does not hide what is changed after it', async () => {
    const { source, world } = await newWorld(plain);
    source.write('r00', 0, 315_360_000_000);
    await poll(source, world, { do: 'poll', meanwhile: [] });
    await world.clock.advance(600_000);
    source.write('r01');
    await poll(source, world, { do: 'poll', meanwhile: [] });
    await expectAllSeenOnce(source, world);
  });

  it('F28 a reading that is cut goes on at its last page, and asks for at most one page again', async () => {
    for (const paging of ['number', 'keyset'] as const) {
      const { source, world } = await newWorld({ ...plain, paging, pageSize: 2 });
      for (const row of ids) {
        source.write(row);
        await world.clock.advance(1_000);
      }
      await poll(source, world, { do: 'poll', endsAt: 4, ends: 'dies', meanwhile: [] });
      const [cut] = await world.rows<{ count: number }>(`select count(*)::int as count from change`);
      expect(cut?.count).toBe(6);
      source.pagesLoaded = 0;
      await world.poll();
      // Six rows in three pages are left, and the empty page that ends a keyset.
      expect(source.pagesLoaded).toBeLessThanOrEqual(3 + 1);
      await world.merge();
      await expectAllSeenOnce(source, world);
    }
  });

  it.each<[string, () => AsyncGenerator<Page>, string]>([
    [
      'a page token that comes for the second time',
      async function* () {
        yield await Promise.resolve({ rows: [{ id: 'a', note: 'v1', name: 'a' }], cursor: { page: 1 } });
        throw new FailureError(makeFailure('contract', 'paging.cursor-loops', 'The system loops.', '游标循环。'));
      },
      'paging.cursor-loops',
    ],
  ])('F27 %s ends the reading, keeps what came, and says so', async (_name, read, code) => {
    const world = new ReadWorld(ledger, () => read());
    const report = await world.poll();
    expect(report).toMatchObject({ ran: true, rows: 1, failure: { code } });
    const [cursor] = await world.rows<{ state: string; failure: { code: string } }>(
      `select state, failure from cursor`,
    );
    expect([cursor?.state, cursor?.failure.code]).toEqual(['stopped', code]);
    expect(await world.poll()).toMatchObject({ ran: false });
  });
});
