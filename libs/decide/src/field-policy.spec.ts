import { mergePolicy, policyFor } from './field-policy.js';
import type { FieldPolicies } from './field-policy.js';

const policies: FieldPolicies = {
  default: { resolve: 'latest' },
  fields: {
    credit: { resolve: 'owner', owner: 'erp', strict: true },
    'credit.termsCode': { resolve: 'review' },
    displayName: { resolve: 'owner', owner: 'crm' },
    'lines.quantity': { resolve: 'owner', owner: 'erp' },
  },
};
const sides = (
  source: string,
  incomingAtMs: number,
  last?: { connectionId: string; atMs: number },
): ReturnType<typeof mergePolicy> => mergePolicy(policies, { source, incomingAtMs, lastSetBy: () => last });
const at = (pointer: string): Parameters<ReturnType<typeof mergePolicy>['collide']>[0] => ({
  pointer,
  record: 'r',
  incoming: 'i',
  base: 'b',
});

describe('policyFor', () => {
  it.each([
    ['/credit/limit', 'owner'],
    ['/credit/termsCode', 'review'],
    ['/displayName', 'owner'],
    ['/lines/4711/quantity', 'owner'],
    ['/note', 'latest'],
  ])('%s is decided by %s', (pointer, resolve) => expect(policyFor(policies, pointer).resolve).toBe(resolve));
});

describe('mergePolicy', () => {
  it('lets only the owner change a strict field', () => {
    expect(sides('crm', 1).mayChange('/credit/limit')).toBe(false);
    expect(sides('erp', 1).mayChange('/credit/limit')).toBe(true);
    expect(sides('erp', 1).mayChange('/displayName')).toBe(true);
  });

  it.each([
    ['the owner speaks', 'crm', 'erp', 'incoming'],
    ["the record holds the owner's value", 'erp', 'crm', 'record'],
  ])('gives an owned field to its owner: %s', (_case, source, lastSetBy, chosen) => {
    expect(sides(source, 5, { connectionId: lastSetBy, atMs: 9 }).collide(at('/displayName'))).toBe(chosen);
  });

  it('takes the newer source time for `latest`', () => {
    expect(sides('erp', 10, { connectionId: 'crm', atMs: 9 }).collide(at('/note'))).toBe('incoming');
    expect(sides('erp', 8, { connectionId: 'crm', atMs: 9 }).collide(at('/note'))).toBe('record');
  });
});
