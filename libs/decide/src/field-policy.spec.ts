import { compareOrdered } from './compare-ordered.js';
import { mergePolicy, policyFor, trustedTimeMs } from './field-policy.js';
import type { FieldPolicies } from './field-policy.js';
import type { MergePlan } from './merge-plan.js';

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

describe('policyFor with the plan of the entity', () => {
  const value: MergePlan = { kind: 'value' };
  const object = (properties: Record<string, MergePlan>): MergePlan => ({
    kind: 'object',
    others: false,
    properties: new Map(Object.entries(properties)),
  });
  const list = (properties: Record<string, MergePlan>): MergePlan => ({
    kind: 'list',
    key: ['id'],
    item: object(properties),
  });
  const plan = object({ points: list({ value, parts: list({ amount: value }) }), tags: { kind: 'value' } });
  const nested: FieldPolicies = {
    default: { resolve: 'latest' },
    fields: {
      points: { resolve: 'owner', owner: 'erp' },
      'points.value': { resolve: 'review' },
      'points.parts.amount': { resolve: 'maximum' },
    },
  };

  it.each([
    ['/points/k', 'owner'],
    ['/points/k/value', 'review'],
    ['/points/a.b/value', 'review'],
    ['/points/value', 'owner'],
    ['/points/k/parts/x~1y/amount', 'maximum'],
    ['/points/k/parts/x', 'owner'],
    ['/constructor', 'latest'],
  ])('%s is decided by %s, whatever the keys of items are called', (pointer, resolve) =>
    expect(policyFor(nested, pointer, plan).resolve).toBe(resolve),
  );
});

describe('trustedTimeMs', () => {
  it.each([
    ['no source time', undefined, 1_000, 1_000],
    ['the past', 400, 1_000, 400],
    ['within the bound', 1_050, 1_000, 1_050],
    ['beyond the bound', 1_051, 1_000, 1_000],
  ])('%s', (_case, sourceAt, receivedAt, trusted) => expect(trustedTimeMs(sourceAt, receivedAt, 50)).toBe(trusted));
});

describe('compareOrdered', () => {
  it.each([
    [1, 2, -1],
    ['10.5', '9', 1],
    ['1.0', '1', 0],
    ['-3', '2', -1],
    ['2026-01-02', '2026-01-10', -1],
    ['2026-01-02T00:00:00.000Z', '2026-01-01T00:00:00.000Z', 1],
    [{ amount: '5.00', currency: 'CNY' }, { amount: '40.00', currency: 'CNY' }, -1],
    [{ value: '5', unit: 'C62' }, { value: '4', unit: 'C62' }, 1],
    [{ amount: '5', currency: 'CNY' }, { amount: '4', currency: 'USD' }, undefined],
    ['2026-01-02', '2026-01-02T00:00:00.000Z', undefined],
    ['a', 'b', undefined],
    [true, false, undefined],
    ['1', 1, undefined],
    [undefined, '1', undefined],
  ])('%j against %j', (a, b, order) => {
    const found = compareOrdered(a, b);
    expect(found === undefined ? undefined : Math.sign(found)).toBe(order);
  });
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
    expect(sides(source, 5, { connectionId: lastSetBy, atMs: 9 }).collide(at('/displayName'))).toMatchObject({
      chosen,
    });
  });

  it('takes the newer source time for `latest`', () => {
    expect(sides('erp', 10, { connectionId: 'crm', atMs: 9 }).collide(at('/note'))).toMatchObject({
      chosen: 'incoming',
      why: 'newer',
    });
    expect(sides('erp', 8, { connectionId: 'crm', atMs: 9 }).collide(at('/note'))).toMatchObject({
      chosen: 'record',
      why: 'older',
    });
  });
});
