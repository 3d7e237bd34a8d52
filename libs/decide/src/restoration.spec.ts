import { entityDefinition } from '@isthmus/canonical';
import { equalJson, withoutNulls } from '@isthmus/json';
import type { JsonObject } from '@isthmus/json';
import fc from 'fast-check';
import { bodyDifferences, pointerPattern } from './body-differences.js';
import { mergePlan } from './merge-plan.js';
import { restore } from './restoration.js';

const plan = mergePlan(entityDefinition('customer').schema as never);
const body = fc.record(
  {
    displayName: fc.constantFrom('A', 'B'),
    note: fc.constantFrom('x', 'y', 'z'),
    person: fc.record(
      { fullName: fc.constantFrom('A', 'B'), jobTitle: fc.constantFrom('p', 'q') },
      { requiredKeys: [] },
    ),
    contactPoints: fc.uniqueArray(
      fc.record(
        { kind: fc.constantFrom('mobile', 'email'), value: fc.constantFrom('1', '2'), isPrimary: fc.boolean() },
        { requiredKeys: ['kind', 'value'] },
      ),
      { selector: ({ kind, value }) => `${kind}|${value}`, minLength: 1, maxLength: 3 },
    ),
  },
  { requiredKeys: ['displayName', 'contactPoints'] },
) as fc.Arbitrary<JsonObject>;

const sorted = (value: JsonObject): JsonObject => ({
  ...value,
  contactPoints: [...(value['contactPoints'] as { kind: string; value: string }[])].sort((a, b) =>
    `${a.kind}${a.value}` < `${b.kind}${b.value}` ? -1 : 1,
  ),
});

/** An object that holds nothing says nothing. */
const withoutEmpty = (value: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(value).filter(([, item]) => JSON.stringify(item) !== '{}'));

describe('taking a change back by three-way merge', () => {
  it('gives the body from before when nobody changed anything since', () => {
    fc.assert(
      fc.property(body, body, (before, after) => {
        const undone = restore(plan, { before, after, now: after });
        expect(undone.kept).toEqual([]);
        expect(withoutEmpty(sorted(withoutNulls(undone.body)))).toEqual(withoutEmpty(sorted(before)));
      }),
    );
  });

  it('leaves what was changed since and names it', () => {
    const undone = restore(plan, {
      before: { displayName: 'A', note: 'x' },
      after: { displayName: 'A', note: 'y', customerNumber: 'C1' },
      now: { displayName: 'A', note: 'edited', customerNumber: 'C1' },
    });
    expect(withoutNulls(undone.body)).toEqual({ displayName: 'A', note: 'edited' });
    expect([undone.restored, undone.kept]).toEqual([['/customerNumber'], ['/note']]);
  });
});

describe('differences of bodies', () => {
  it('are none exactly when the bodies are equal up to the order of keyed items', () => {
    fc.assert(
      fc.property(body, body, (a, b) => {
        const same = equalJson(sorted(a), sorted(b));
        expect(bodyDifferences('customer', sorted(a), sorted(b)).length === 0).toBe(same);
      }),
    );
  });

  it('count as one field whichever item they are in', () => {
    expect(pointerPattern('customer', '/contactPoints/mobile|+8613800138000/value')).toBe('/contactPoints/*/value');
    expect(pointerPattern('customer', '/note')).toBe('/note');
  });
});
