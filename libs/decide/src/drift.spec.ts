import * as fc from 'fast-check';
import { afterDelete } from './after-delete.js';
import type { AfterDelete } from './after-delete.js';
import { allowedDeletes, populationThatMatters } from './delete-brake.js';
import { classifyDrift, driftScore } from './drift.js';
import type { ComparedSides } from './drift.js';

const inStep: ComparedSides = {
  far: [],
  ours: [],
  forbidden: [],
  refused: false,
  changeOnItsWay: false,
  deliveryOnItsWay: false,
  wentBack: false,
  mappingChanged: false,
  reads: true,
};

describe('the cause of a difference', () => {
  it.each<[string, Partial<ComparedSides>, string | undefined, string | undefined]>([
    ['nothing differs', {}, undefined, undefined],
    ['an edit there that was not told', { far: ['/a'] }, 'lost', 'merge'],
    ['an edit there whose change is on its way', { far: ['/a'], changeOnItsWay: true }, 'late', 'none'],
    ['a change on its way with nothing to say', { changeOnItsWay: true }, undefined, undefined],
    [
      'an edit of one field on both sides',
      { far: ['/a'], ours: ['/a'], deliveryOnItsWay: true },
      'edited-both',
      'merge',
    ],
    ['edits of two fields, one on each side', { far: ['/a'], ours: ['/b'], deliveryOnItsWay: true }, 'lost', 'merge'],
    ['an edit of a field of another owner', { far: ['/a'], forbidden: ['/a'] }, 'forbidden', 'merge'],
    ['an edit where the hub only writes', { far: ['/a'], reads: false }, 'forbidden', 'put-back'],
    ['a row from before the last one', { far: ['/a'], wentBack: true }, 'lost', 'put-back'],
    ['a delivery on its way', { ours: ['/a'], deliveryOnItsWay: true }, 'late', 'none'],
    ['a write that was never made', { ours: ['/a'] }, 'lost', 'write'],
    ['a mapping that writes otherwise now', { ours: ['/a'], mappingChanged: true }, 'mapping', 'write'],
    ['a row that the mapping refuses', { refused: true }, 'mapping', 'merge'],
    ['a row that the mapping refuses where the hub only writes', { refused: true, reads: false }, 'mapping', 'none'],
  ])('%s', (_name, sides, cause, action) => {
    const drift = classifyDrift({ ...inStep, ...sides });
    expect([drift?.cause, drift?.action]).toEqual([cause, action]);
  });

  it('makes a score between nothing and everything in step, in which what is on its way counts little', () => {
    expect([driftScore(0, {}), driftScore(10, {}), driftScore(10, { lost: 1 }), driftScore(10, { late: 1 })]).toEqual([
      1, 1, 0.9, 0.98,
    ]);
  });
});

const said: AfterDelete = {
  recordStatus: 'deleted',
  revive: 'review',
  saidAtMs: 20,
  goneAtMs: 10,
  wasRead: false,
  canRead: false,
  isNew: false,
};

describe('what speaks after its deletion', () => {
  it.each<[Partial<AfterDelete>, string]>([
    [{ saidAtMs: 5 }, 'stale'],
    [{ saidAtMs: 10 }, 'stale'],
    [{}, 'review'],
    [{ revive: 'refuse' }, 'refuse'],
    [{ revive: 'newer' }, 'revive'],
    [{ revive: 'newer', saidAtMs: undefined }, 'review'],
    [{ revive: 'newer', saidAtMs: undefined, canRead: true }, 'read-again'],
    [{ revive: 'newer', saidAtMs: 5, isNew: true }, 'review'],
    [{ recordStatus: 'active' }, 'relink'],
    [{ recordStatus: 'active', saidAtMs: undefined, canRead: true }, 'read-again'],
    [{ recordStatus: 'archived', revive: 'newer' }, 'revive'],
  ])('%j ends as %s', (facts, step) => {
    expect(afterDelete({ ...said, ...facts })).toBe(step);
  });

  it('never brings a deleted record back without a newer time and a policy that says so', () => {
    const maybe = fc.option(fc.integer({ min: 0, max: 20 }), { nil: undefined });
    const facts = fc.record({
      recordStatus: fc.constant('deleted' as const),
      revive: fc.constantFrom('review' as const, 'refuse' as const, 'newer' as const),
      saidAtMs: maybe,
      goneAtMs: maybe,
      wasRead: fc.boolean(),
      canRead: fc.boolean(),
      isNew: fc.boolean(),
    });
    fc.assert(
      fc.property(facts, (given) => {
        const step = afterDelete(given);
        const isNewer = given.saidAtMs !== undefined && given.goneAtMs !== undefined && given.saidAtMs > given.goneAtMs;
        expect(step).not.toBe('relink');
        if (step === 'revive') expect([given.revive, isNewer]).toEqual(['newer', true]);
      }),
    );
  });
});

describe('the brake on deletions', () => {
  it.each([
    [{ count: 50, share: 0.1 }, 1_000, 50],
    [{ count: 50, share: 0.1 }, 200, 20],
    [{ count: 50, share: 0.1 }, 10, 5],
    [{ count: 3, share: 1 }, 1_000, 3],
    [{ count: 0, share: 1 }, 1_000, 0],
  ])('%j of %i copies lets %i pass', (limits, population, allowed) => {
    expect(allowedDeletes(limits, population)).toBe(allowed);
  });

  it('is the same whether all copies are counted or only as many as matter', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 0, max: 5_000 }), (deletes, population) => {
        const limits = { count: 50, share: 0.1 };
        const few = Math.min(population, populationThatMatters(limits, deletes));
        expect(deletes <= allowedDeletes(limits, few)).toBe(deletes <= allowedDeletes(limits, population));
      }),
    );
  });
});
