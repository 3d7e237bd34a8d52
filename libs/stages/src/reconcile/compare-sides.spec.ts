import { entityDefinition } from '@isthmus/canonical';
import { mergePlan } from '@isthmus/decide';
import type { JsonObject } from '@isthmus/json';
import { loadMapping } from '@isthmus/mapping';
import type { EntityFlow, LiveConnection, StreamBinding } from '../topology/topology.js';
import { agreesAtOnce, canonicalOf, compareSides } from './compare-sides.js';
import type { Comparing, SideDifferences } from './compare-sides.js';

const MAPPING = `mapping: 1
stream: people
entity: customer
title: { en: People, zh: 人员 }
rules:
  - { canonical: kind, constant: person }
  - { canonical: displayName, native: name }
  - { canonical: credit.limit, native: limit, transform: money }
  - { native: label, direction: out, expression: 'record.displayName + " / " + record.customerNumber' }
  - { native: tier, constant: gold, direction: out, when: { canonical: { lifecycleStage: customer } } }
`;

// Only what a comparison looks at.
function comparing(ways: { readonly reads: boolean; readonly writes: boolean }): Comparing {
  const { compiled, findings } = loadMapping({ file: 'people.yaml', id: 'right/people', text: MAPPING });
  if (!compiled) throw new Error(JSON.stringify(findings));
  const definition = entityDefinition('customer');
  return {
    connection: {
      id: 'right',
      environment: { timeZone: 'UTC', currency: 'CNY', country: 'CN', lookups: {} },
    } as unknown as LiveConnection,
    binding: { connectionId: 'right', name: 'people', entity: 'customer', mapping: compiled, ...ways } as StreamBinding,
    flow: {
      definition,
      plan: mergePlan(definition.schema as never),
      policies: { default: { resolve: 'latest' }, fields: {}, ranking: ['hub', 'right'], clockSkewMs: 0 },
    } as unknown as EntityFlow,
  };
}

const record: JsonObject = {
  kind: 'person',
  displayName: 'Anna',
  customerNumber: 'C-1',
  lifecycleStage: 'customer',
};
const written: JsonObject = { name: 'Anna', label: 'Anna / C-1', tier: 'gold' };

function compare(row: JsonObject, over: JsonObject = record, base: JsonObject = row): SideDifferences {
  const both = comparing({ reads: true, writes: true });
  const far = canonicalOf(both, row);
  if (!far) throw new Error('the mapping refuses the row');
  return compareSides(both, { row, far, base: canonicalOf(both, base), record: over }, () => undefined);
}

describe('the first value of a part', () => {
  it('is an edit that was not told, where neither the record nor the base has anything in the part', () => {
    expect(compare({ ...written, limit: '7000' }, record, { ...written, limit: '' })).toMatchObject({
      far: ['/credit'],
      ours: [],
    });
  });
});

describe('fields that only outgoing expressions and conditions look at', () => {
  it('are looked at by the mapping, and never read', () => {
    const { reads, consults } = comparing({ reads: true, writes: true }).binding.mapping;
    expect(consults).toEqual(expect.arrayContaining(['/customerNumber', '/lifecycleStage']));
    expect(reads).not.toEqual(expect.arrayContaining(['/customerNumber']));
  });

  it('are no difference where the far side holds what they make', () => {
    expect(compare(written)).toEqual({ far: [], ours: [], forbidden: [], refused: false });
  });

  it.each<[string, JsonObject, JsonObject, readonly string[]]>([
    ['a number that changed since', written, { ...record, customerNumber: 'C-2' }, ['/label']],
    ['what the far side lost of it', { ...written, label: 'Anna / C-0' }, record, ['/label']],
    ['what the condition opened', { name: 'Anna', label: 'Anna / C-1' }, record, ['/tier']],
  ])('%s has still to be written', (_what, row, over, ours) => {
    expect(compare(row, over)).toMatchObject({ far: [], ours });
  });

  it('a copy passes the quick look only when nothing has to be asked of the mapping', () => {
    const both = comparing({ reads: true, writes: true });
    const far = canonicalOf(both, written) as JsonObject;
    expect(agreesAtOnce(both, far, record)).toBe(false);
    const onlyRead = comparing({ reads: true, writes: false });
    expect(agreesAtOnce(onlyRead, far, { ...record, ...far })).toBe(true);
  });

  it('a change of the far side beside them is told as its own', () => {
    const row = { ...written, name: 'Anna Maria' };
    expect(compare(row, record, written)).toEqual({ far: ['/displayName'], ours: [], forbidden: [], refused: false });
  });
});
