import { entityDefinition } from '@isthmus/canonical';
import type { JsonObject } from '@isthmus/json';
import * as fc from 'fast-check';
import { applyDifferences } from './apply-differences.js';
import { bodyDifferences } from './body-differences.js';
import { joinBodies } from './join-bodies.js';
import { matchIdentity } from './match-identity.js';
import type { IdentityKey } from './match-identity.js';
import { mergePlan } from './merge-plan.js';

const plan = mergePlan(entityDefinition('customer').schema as never);
const point = (kind: string, value: string, isPrimary?: boolean): JsonObject => ({
  kind,
  value,
  ...(isPrimary !== undefined && { isPrimary }),
});

describe('joining two bodies', () => {
  const survivor = {
    displayName: 'Hill Trading',
    note: 'ours',
    credit: { limit: { amount: '100', currency: 'CNY' } },
    contactPoints: [point('email', 'a@hill.example', true)],
  };
  const other = {
    displayName: 'Hill Trade Ltd',
    customerNumber: 'C-7',
    credit: { limit: { amount: '900', currency: 'EUR' }, termsDays: 30 },
    contactPoints: [point('email', 'b@hill.example', true), point('mobile', '+8613800138000', true)],
  };

  it("takes the survivor's values, what only the other has, and all items of keyed lists", () => {
    expect(joinBodies(plan, survivor, other).body).toEqual({
      displayName: 'Hill Trading',
      note: 'ours',
      customerNumber: 'C-7',
      credit: { limit: { amount: '100', currency: 'CNY' }, termsDays: 30 },
      contactPoints: [
        point('email', 'a@hill.example', true),
        point('email', 'b@hill.example', false),
        point('mobile', '+8613800138000', true),
      ],
    });
  });

  it('never mixes an amount with another currency, and takes what was chosen as it is', () => {
    const { body, unused } = joinBodies(plan, survivor, other, {
      '/credit/limit': 'other',
      '/note': 'other',
      '/contactPoints/email|b@hill.example': 'survivor',
      '/nothing': 'other',
    });
    expect(body).toMatchObject({ credit: { limit: { amount: '900', currency: 'EUR' } } });
    expect(body).not.toHaveProperty('note');
    expect(body['contactPoints']).toHaveLength(2);
    expect(unused).toEqual(['/nothing']);
  });

  it('names every field in which they differ, with both values and what is taken', () => {
    expect(joinBodies(plan, survivor, other).fields).toContainEqual({
      pointer: '/displayName',
      survivor: 'Hill Trading',
      other: 'Hill Trade Ltd',
      takes: 'survivor',
    });
  });
});

const texts = fc.constantFrom('a', 'b', 'c');
const bodies = fc.record(
  {
    displayName: texts,
    note: texts,
    contactPoints: fc.uniqueArray(fc.record({ kind: fc.constantFrom('email', 'mobile'), value: texts }), {
      selector: ({ kind, value }) => `${kind}|${value}`,
      minLength: 1,
      maxLength: 4,
    }),
    credit: fc.record({ termsCode: texts, termsDays: fc.nat(9) }, { requiredKeys: [] }),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<JsonObject>;

describe('laws of joining and taking apart', () => {
  it('a body joined with itself is itself', () => {
    fc.assert(fc.property(bodies, (body) => expect(joinBodies(plan, body, body).body).toEqual(body)));
  });

  it('choosing one side everywhere gives that side', () => {
    fc.assert(
      fc.property(bodies, bodies, (a, b) => {
        const names = Object.keys({ ...a, ...b });
        const choices = Object.fromEntries(names.map((name) => [`/${name}`, 'other' as const]));
        expect(joinBodies(plan, a, b, choices).body).toEqual(b);
      }),
    );
  });

  it('the differences between two bodies, made in the first, give the second up to the order of its lists', () => {
    fc.assert(
      fc.property(bodies, bodies, (a, b) => {
        const { body, misplaced } = applyDifferences('customer', a, bodyDifferences('customer', a, b));
        expect(misplaced).toEqual([]);
        expect(bodyDifferences('customer', body, b)).toEqual([]);
      }),
    );
  });
});

describe('identity', () => {
  const kinds = ['taxId', 'unionid', 'mobile', 'email', 'nameAddress'] as const;
  const strengths = {
    taxId: 'strong',
    unionid: 'strong',
    mobile: 'medium',
    email: 'medium',
    nameAddress: 'weak',
  } as const;
  const keys: fc.Arbitrary<IdentityKey[]> = fc
    .uniqueArray(fc.constantFrom(...kinds))
    .chain((chosen) =>
      fc.tuple(...chosen.map((kind) => texts.map((value) => ({ kind, value, strength: strengths[kind] })))),
    );

  it('never links against a contradiction, whatever the keys', () => {
    fc.assert(
      fc.property(keys, fc.array(fc.tuple(keys, fc.boolean()), { maxLength: 4 }), (incoming, records) => {
        const candidates = records.map(([held, taken], index) => ({ recordId: `r${index}`, keys: held, taken }));
        const decision = matchIdentity(incoming, candidates);
        if (decision.do !== 'link') return;
        const linked = candidates.find(({ recordId }) => recordId === decision.recordId);
        expect(linked?.taken).toBe(false);
        for (const key of incoming.filter(({ strength }) => strength === 'strong'))
          for (const held of linked?.keys ?? []) if (held.kind === key.kind) expect(held.value).toBe(key.value);
      }),
    );
  });
});
