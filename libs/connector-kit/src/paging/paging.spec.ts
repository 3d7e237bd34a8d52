import fc from 'fast-check';
import type { Page, ReadRequest } from '../contract.js';
import { FailureError } from '../failure.js';
import type { Row } from '../json.js';
import { createManualClock } from '../manual-clock.js';
import type { Json } from '../json.js';
import { makeFailure } from '../make-failure.js';
import { pagesByCursor } from './pages-by-cursor.js';
import { pagesByKeyset } from './pages-by-keyset.js';
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
          const before = idsOf(whole.slice(0, whole.indexOf(at) + 1));
          expect([...new Set([...before, ...idsOf(rest)])]).toEqual(idsOf([{ rows: all }]));
          expect(idsOf(rest).filter((id) => before.includes(id)).length).toBeLessThanOrEqual(size);
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
    now: Date | null = new Date('2031-01-01T12:00:00.000Z'),
  ): Promise<Page[]> =>
    collect(
      windowedPages({
        request,
        clock,
        overlapMs: 60_000,
        sourceNow: () => now ?? undefined,
        modifiedAt: (row) => (typeof row['at'] === 'string' ? row['at'] : undefined),
        pages: async function* (since, resume) {
          yield* await Promise.resolve(runs(since, resume));
        },
      }),
    );

  const NO_CLOCK = null;

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
    const page = { rows: [{ id: 'a' }], next: undefined };
    const first = await read({ cursor: undefined, full: false }, () => [page], NO_CLOCK);
    await read({ cursor: first[0]?.cursor, full: false }, (since) => {
      expect(since).toBe('2026-04-30T23:59:00.000Z');
      return [];
    });
  });

  it('F29 a row that is stamped years ahead does not hide what comes after it', async () => {
    const first = await read({ cursor: undefined, full: false }, () => [pageOf('2099-01-01T00:00:00.000Z')]);
    await read({ cursor: first[0]?.cursor, full: false }, (since) => {
      expect(since).toBe('2031-01-01T11:59:00.000Z');
      return [];
    });
  });

  it('begins no later than the last run began, by our clock where the far side tells none', async () => {
    const first = await read({ cursor: undefined, full: false }, () => [pageOf('2031-01-01T00:05:00.000Z')], NO_CLOCK);
    await read({ cursor: first[0]?.cursor, full: false }, (since) => {
      expect(since).toBe('2026-04-30T23:59:00.000Z');
      return [];
    });
  });

  it('reads a window again whose run cannot vouch for its rows', async () => {
    const first = await read({ cursor: undefined, full: false }, () => [pageOf('2031-01-01T00:05:00.000Z')]);
    const doubtful = await read({ cursor: first[0]?.cursor, full: false }, () => [
      { ...pageOf('2031-01-01T08:00:00.000Z'), doubtful: true },
    ]);
    const again = await read({ cursor: doubtful[0]?.cursor, full: false }, (since) => {
      expect(since).toBe('2031-01-01T00:04:00.000Z');
      return [pageOf('2031-01-01T08:00:00.000Z')];
    });
    await read({ cursor: again[0]?.cursor, full: false }, (since) => {
      expect(since).toBe('2031-01-01T07:59:00.000Z');
      return [];
    });
  });

  it('begins the window again when the far side has forgotten the page token', async () => {
    const cut = await read({ cursor: undefined, full: false }, () => [pageOf('2031-01-01T00:05:00.000Z', 'p2')]);
    const seen: unknown[] = [];
    const pages = await read({ cursor: cut[0]?.cursor, full: false }, (_since, resume) => {
      seen.push(resume);
      if (resume !== undefined) throw new FailureError(makeFailure('invalid', 'http.400', 'bad cursor', '游标无效'));
      return [pageOf('2031-01-01T00:05:00.000Z')];
    });
    expect([seen, pages.length]).toEqual([['p2', undefined], 1]);
  });

  it('reads only what is newer than asked for', async () => {
    const request = { cursor: undefined, full: true, changedSince: '2030-06-01T00:00:00.000Z' };
    await read(request, (since) => {
      expect(since).toBe('2030-06-01T00:00:00.000Z');
      return [];
    });
  });
});

describe('pagesByKeyset', () => {
  interface Stamped {
    readonly id: string;
    readonly at: string;
  }
  const walk = (rows: () => readonly Stamped[], size: number, byId: boolean, resume?: Json): AsyncGenerator<RunPage> =>
    pagesByKeyset({
      resume,
      since: undefined,
      size,
      byId,
      timeOf: ({ at }) => at as string,
      idOf: ({ id }) => id as string,
      load: ({ time = '', id }) => {
        const sorted = [...rows()].sort((a, b) => (a.at === b.at ? (a.id < b.id ? -1 : 1) : a.at < b.at ? -1 : 1));
        const after = sorted.filter((row) =>
          id === undefined ? row.at >= time : row.at > time || (row.at === time && row.id > id),
        );
        return Promise.resolve(after.slice(0, size).map((row) => ({ ...row })));
      },
    });

  it('F29 reads every row, however many share a moment, and resumes after any page', async () => {
    const stamp = fc.integer({ min: 0, max: 3 }).map((second) => `2031-01-01T00:00:0${second}.000Z`);
    await fc.assert(
      fc.asyncProperty(
        fc.array(stamp, { maxLength: 30 }),
        fc.integer({ min: 1, max: 5 }),
        fc.nat(9),
        async (stamps, size, cut) => {
          const rows = stamps.map((at, index) => ({ id: `r${String(index).padStart(2, '0')}`, at }));
          const whole = await collect(walk(() => rows, size, true));
          expect([...idsOf(whole)].sort()).toEqual(rows.map(({ id }) => id));
          const at = whole[Math.min(cut, whole.length - 1)] as RunPage;
          if (at.next === undefined) return;
          const rest = await collect(walk(() => rows, size, true, at.next));
          expect([...idsOf([...whole.slice(0, whole.indexOf(at) + 1), ...rest])].sort()).toEqual(
            rows.map(({ id }) => id),
          );
        },
      ),
    );
  });

  it('F26 misses no row although others move to the end while it walks', async () => {
    let rows = Array.from({ length: 9 }, (_, index) => ({ id: `r${index}`, at: `2031-01-01T00:00:0${index}.000Z` }));
    const seen: string[] = [];
    for await (const page of walk(() => rows, 3, false)) {
      seen.push(...idsOf([page]));
      rows = rows.map((row) => (row.id === 'r0' || row.id === 'r1' ? { ...row, at: '2031-01-01T01:00:00.000Z' } : row));
    }
    expect(new Set(seen)).toEqual(new Set(rows.map(({ id }) => id)));
  });

  it('stops and says so when more rows share a moment than it can get past', async () => {
    const rows = Array.from({ length: 5 }, (_, index) => ({ id: `r${index}`, at: '2031-01-01T00:00:00.000Z' }));
    expect(await codeOf(walk(() => rows, 3, false))).toBe('paging.keyset-stuck');
  });
});

describe('pagesByNumber over a source that moves', () => {
  const numbered = (
    rows: () => string[],
    size: number,
    onLoad: (page: number) => void,
    resume?: Json,
  ): AsyncGenerator<RunPage> =>
    pagesByNumber({
      resume,
      size,
      keyOf: (row) => row['id'] as string,
      load: (page) => {
        const all = rows();
        const answer = { rows: all.slice((page - 1) * size, page * size).map((id) => ({ id })), total: all.length };
        onLoad(page);
        return Promise.resolve(answer);
      },
    });

  it('F26 reads again when a changed row moved to the end and shifted another over a page edge, the total as it was', async () => {
    let rows = ['a', 'b', 'c', 'd', 'e', 'f'];
    const pages = await collect(
      numbered(
        () => rows,
        2,
        (page) => {
          if (page === 1 && rows[0] === 'a') rows = ['b', 'c', 'd', 'e', 'f', 'a'];
        },
      ),
    );
    expect(new Set(idsOf(pages))).toEqual(new Set(rows));
    expect(pages.some(({ doubtful }) => doubtful)).toBe(false);
  });

  it('does not go round for ever where the total counts rows that are never shown', async () => {
    const pages = await collect(
      pagesByNumber({
        resume: undefined,
        size: 2,
        keyOf: (row) => row['id'] as string,
        load: (page) =>
          Promise.resolve({ rows: page <= 2 ? rowsFrom(4).slice((page - 1) * 2, page * 2) : [], total: 7 }),
      }),
    );
    expect(new Set(idsOf(pages)).size).toBe(4);
    expect(pages.at(-1)?.doubtful).toBeUndefined();
  });

  it('F28 goes on one page earlier after a cut, and has its window read once more', async () => {
    const loaded: number[] = [];
    const pages = await collect(
      numbered(
        () => ['a', 'b', 'c', 'd', 'e'],
        2,
        (page) => void loaded.push(page),
        { page: 3, total: 5 },
      ),
    );
    expect(loaded).toEqual([2, 3]);
    expect(pages.at(-1)?.doubtful).toBe(true);
  });
});
