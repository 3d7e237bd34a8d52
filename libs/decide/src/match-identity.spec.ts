import { matchIdentity } from './match-identity.js';
import type { IdentityKey, MatchCandidate } from './match-identity.js';

const tax = (value: string): IdentityKey => ({ kind: 'taxId', value, strength: 'strong' });
const mobile = (value: string): IdentityKey => ({ kind: 'mobile', value, strength: 'medium' });
const email = (value: string): IdentityKey => ({ kind: 'email', value, strength: 'medium' });
const candidate = (recordId: string, keys: IdentityKey[], taken = false): MatchCandidate => ({ recordId, keys, taken });

describe('matchIdentity', () => {
  it('creates when nobody shares a key', () => {
    expect(matchIdentity([tax('1')], [candidate('r', [tax('2')])])).toEqual({ do: 'create' });
  });

  it('links on one strong key', () => {
    expect(matchIdentity([tax('1')], [candidate('r', [tax('1')])])).toMatchObject({
      do: 'link',
      recordId: 'r',
      evidence: { rule: 'one-strong-key' },
    });
  });

  it('links on two different medium keys', () => {
    expect(matchIdentity([mobile('1'), email('a')], [candidate('r', [mobile('1'), email('a')])])).toMatchObject({
      do: 'link',
      evidence: { rule: 'two-medium-keys' },
    });
  });

  it.each([
    ['one medium key only', [mobile('1')], [candidate('r', [mobile('1')])], 'not-enough-evidence'],
    [
      'two values of one medium kind',
      [mobile('1'), mobile('2')],
      [candidate('r', [mobile('1'), mobile('2')])],
      'not-enough-evidence',
    ],
    [
      'several records match',
      [tax('1')],
      [candidate('r', [tax('1')]), candidate('s', [tax('1')])],
      'several-records-match',
    ],
    [
      'another value of a strong key',
      [mobile('1'), email('a'), tax('9')],
      [candidate('r', [mobile('1'), email('a'), tax('8')])],
      'different-taxId',
    ],
    [
      'the record is linked there already',
      [tax('1')],
      [candidate('r', [tax('1')], true)],
      'already-linked-in-this-connection',
    ],
  ])('asks a person: %s', (_case, keys, candidates, why) => {
    expect(matchIdentity(keys, candidates)).toMatchObject({
      do: 'review',
      candidates: candidates.map(() => ({ why })),
    });
  });

  it('ignores weaker hits beside exactly one certain one', () => {
    const decision = matchIdentity(
      [tax('1'), mobile('5')],
      [candidate('r', [tax('1')]), candidate('family', [mobile('5')])],
    );
    expect(decision).toMatchObject({ do: 'link', recordId: 'r' });
  });
});
