import fc from 'fast-check';
import type { Page, ReadRequest } from '../contract.js';
import { FailureError } from '../failure.js';
import type { Row } from '../json.js';
import { createManualClock } from '../manual-clock.js';
import { pagesByCursor } from './pages-by-cursor.js';
import { pagesByNumber } from './pages-by-number.js';
import type { RunPage } from './run-page.js';
import { windowedPages } from './windowed-pages.js';

async function collect<T>(pages: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const page of pages) all.push(page);
  return all;
}
const idsOf = (pages: readonly { readonly rows: readonly Row[] }[]): string[] =>
  pages.flatMap(({ rows }) => rows.map(({ id }) => id as string));
const rowsFrom = (count: number): Row[] => Array.from({ length: count }, (_, index) => ({ id: `r${index}` }));
const codeOf = async (pages: AsyncIterable<unknown>): Promise<string> => {
  const error: unknown = await collect(pages).catch((reason: unknown) => reason);
  return error instanceof FailureError ? error.failure.code : 'ended';
};

describe('pagesByNumber', () => {
  it('reads every row once, whatever size, count and end mark, and resumes after any page', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 40 }),
        fc.integer({ min: 1, max: 10 }),
        fc.constantFrom('short', 'total', 'last'),
        fc.nat(10),
        async (count, size, end, cut) => {
          const all = rowsFrom(count);
          const load = (page: number): Promise<{ rows: Row[]; total?: number; last?: boolean }> => {
            const rows = all.slice((page - 1) * size, page * size);
            return Promise.resolve({
              rows,
              ...(end === 'total' ? { total: count } : end === 'last' ? { last: page * size >= count } : {}),
            });
          };
          const whole = await collect(pagesByNumber({ resume: undefined, size, load }));
          expect(idsOf(whole)).toEqual(idsOf([{ rows: all }]));
          expect(whole.at(-1)?.next).toBeUndefined();
          const at = whole[Math.min(cut, whole.length - 1)] as RunPage;
          if (at.next === undefined) return;
          const rest = await collect(pagesByNumber({ resume: at.next, size, load }));
          expect(idsOf([...whole.slice(0, whole.indexOf(at) + 1), ...rest])).toEqual(idsOf([{ rows: all }]));
        },
      ),
    );
  });

  it('F26 misses nothing when rows vanish from pages that were read already', async () => {
    let all = rowsFrom(10);
    const pages = pagesByNumber({
      resume: undefined,
      size: 3,
      load: (page) => {
        const answer = { rows: all.slice((page - 1) * 3, page * 3), total: all.length };
        if (page === 1 && all.length === 10) all = all.slice(2);
        return Promise.resolve(answer);
      },
    });
    expect(new Set(idsOf(await collect(pages)))).toEqual(new Set(rowsFrom(10).map(({ id }) => id)));
  });

  it.each([
    ['a far side that ignores the page number', { rows: rowsFrom(2) }, 'paging.page-repeats'],
    ['a far side that promises more and sends nothing', { rows: [], last: false }, 'paging.empty-pages'],
  ])('F27 ends at %s', async (_name, page, code) => {
    expect(await codeOf(pagesByNumber({ resume: undefined, size: 2, load: () => Promise.resolve(page) }))).toBe(code);
  });

  it('F27 goes on over an empty page in the middle', async () => {
    const pages = [
      { rows: rowsFrom(1), last: false },
      { rows: [], last: false },
      { rows: [{ id: 'z' }], last: true },
    ];
    const load = (page: number): Promise<{ rows: Row[]; last: boolean }> =>
      Promise.resolve(pages[page] ?? { rows: [], last: true });
    expect(idsOf(await collect(pagesByNumber({ resume: undefined, size: 1, startAt: 0, load })))).toEqual(['r0', 'z']);
  });
});

describe('pagesByCursor', () => {
  it('follows the cursors and resumes at any of them', async () => {
    const load = (cursor: string | undefined): Promise<{ rows: Row[]; next?: string }> => {
      const at = Number(cursor ?? 0);
      return Promise.resolve({ rows: [{ id: `r${at}` }], ...(at < 4 ? { next: String(at + 1) } : {}) });
    };
    const whole = await collect(pagesByCursor({ resume: undefined, load }));
    expect(idsOf(whole)).toEqual(['r0', 'r1', 'r2', 'r3', 'r4']);
    expect(idsOf(await collect(pagesByCursor({ resume: whole[1]?.next, load })))).toEqual(['r2', 'r3', 'r4']);
  });

  it('F27 ends when a cursor comes for the second time', async () => {
    expect(
      await codeOf(pagesByCursor({ resume: undefined, load: () => Promise.resolve({ rows: rowsFrom(1), next: 'a' }) })),
    ).toBe('paging.cursor-loops');
  });
});

describe('windowedPages', () => {
  const clock = createManualClock({ startAt: new Date('2026-05-01T00:00:00.000Z') });
  const pageOf = (at: string, next?: string): RunPage => ({ rows: [{ id: at, at }], next });
  const read = (
    request: ReadRequest,
    runs: (since: string | undefined, resume: unknown) => RunPage[],
  ): Promise<Page[]> =>
    collect(
      windowedPages({
        request,
        clock,
        overlapMs: 60_000,
        modifiedAt: (row) => (typeof row['at'] === 'string' ? row['at'] : undefined),
        pages: async function* (since, resume) {
          yield* await Promise.resolve(runs(since, resume));
        },
      }),
    );

  it('reads everything first, then windows that overlap the newest row by the far side clock', async () => {
    const first = await read({ cursor: undefined, full: false }, (since) => {
      expect(since).toBeUndefined();
      return [pageOf('2031-01-01T00:05:00.000Z', 'p2'), pageOf('2031-01-01T00:03:00.000Z')];
    });
    await read({ cursor: first.at(-1)?.cursor, full: false }, (since, resume) => {
      expect([since, resume]).toEqual(['2031-01-01T00:04:00.000Z', undefined]);
      return [];
    });
  });

  it('F28 resumes the very run that was cut, with its own window', async () => {
    const first = await read({ cursor: undefined, full: false }, () => [pageOf('2031-01-01T00:05:00.000Z')]);
    const cut = await read({ cursor: first[0]?.cursor, full: false }, () => [
      pageOf('2031-01-01T09:00:00.000Z', 'p2'),
      pageOf('2031-01-01T09:00:00.000Z', 'p3'),
    ]);
    await read({ cursor: cut[0]?.cursor, full: false }, (since, resume) => {
      expect([since, resume]).toEqual(['2031-01-01T00:04:00.000Z', 'p2']);
      return [];
    });
  });

  it('a full read ignores the window of changes, and resumes its own run', async () => {
    const changes = await read({ cursor: undefined, full: false }, () => [pageOf('2031-01-01T00:05:00.000Z')]);
    const full = await read({ cursor: changes[0]?.cursor, full: true }, (since, resume) => {
      expect([since, resume]).toEqual([undefined, undefined]);
      return [pageOf('2031-01-01T00:05:00.000Z', 'p2')];
    });
    await read({ cursor: full[0]?.cursor, full: true }, (since, resume) => {
      expect([since, resume]).toEqual([undefined, 'p2']);
      return [];
    });
  });

  it('uses the beginning of the run by our clock where rows carry no time', async () => {
    const first = await read({ cursor: undefined, full: false }, () => [{ rows: [{ id: 'a' }], next: undefined }]);
    await read({ cursor: first[0]?.cursor, full: false }, (since) => {
      expect(since).toBe('2026-04-30T23:59:00.000Z');
      return [];
    });
  });
});
