import type { JsonObject } from '@isthmus/json';
import { loadMapping } from '../load-mapping.js';
import type { RuleTrace } from './rule-trace.js';
import { traceMapping } from './trace-mapping.js';

const text = `mapping: 1
stream: contacts
entity: customer
title: { en: Contacts, zh: 联系人 }
lookups: { stages: { L: lead } }
rules:
  - { canonical: kind, constant: person }
  - { canonical: displayName, native: name }
  - { canonical: displayName, native: mail, direction: in }
  - { canonical: note, native: memo }
  - { canonical: lifecycleStage, native: stage, transform: { enum: { table: stages } } }
  - { canonical: credit.limit, native: limit, transform: money, when: { native: { tier: gold } } }
  - { canonical: language, native: lang, default: zh-CN }
  - { canonical: parentId, native: parent, reference: { entity: customer, stream: contacts } }
  - canonical: contacts
    native: people
    list: { key: { canonical: key, native: id } }
    rules:
      - { canonical: name, native: name }
`;
const input = { file: 'm.yaml', id: 'c/contacts', text };
const environment = { timeZone: 'Asia/Shanghai', currency: 'CNY', country: 'CN', lookups: {} };

function traced(): NonNullable<ReturnType<typeof traceMapping>['mapping']> {
  const { mapping, findings } = traceMapping(input);
  if (!mapping) throw new Error(JSON.stringify(findings));
  return mapping;
}

const row: JsonObject = {
  name: ' Anna  Berg ',
  mail: 'anna@example.com',
  memo: '',
  stage: 'X',
  limit: '5',
  tier: 'silver',
  people: [{ id: 7, name: 'Bo' }],
};
const short = ({ at, outcome, reason }: RuleTrace): string => [at, outcome, ...(reason ? [reason] : [])].join(' ');

describe('a trace of a row', () => {
  const { rules, result } = traced().toCanonical({ ...row, people: [{ id: 'p7', name: 'Bo' }] }, environment);

  it('says of every rule what it did and why it kept quiet', () => {
    expect(rules.map(short)).toEqual([
      'rules[0] constant',
      'rules[1] wrote',
      'rules[2] skipped earlier-rule',
      'rules[3] cleared',
      'rules[4] refused',
      'rules[5] skipped condition',
      'rules[6] default',
      'rules[7] skipped absent',
      'rules[8] wrote',
      'rules[8].list.key wrote',
      'rules[8].rules[0] wrote',
    ]);
  });

  it('shows what was read and written, and where the rule stands', () => {
    expect(rules[1]).toMatchObject({
      line: 8,
      column: 5,
      canonical: 'displayName',
      native: ['name'],
      input: [' Anna  Berg '],
      output: ['Anna Berg'],
    });
    expect(rules[10]).toMatchObject({
      line: 19,
      item: { source: '/people/0', target: '/contacts/0' },
      input: ['Bo'],
      output: ['Bo'],
    });
  });

  it('keeps each refusal with its rule', () => {
    expect(rules[4]?.issues).toMatchObject([
      { code: 'mapping.unmapped-value', path: '/stage', target: '/lifecycleStage' },
    ]);
    expect(result.ok).toBe(false);
  });
});

describe('a trace of a record', () => {
  const body: JsonObject = {
    kind: 'person',
    displayName: 'Anna Berg',
    lifecycleStage: 'lead',
    parentId: { id: '0192f5c0-0000-7000-8000-000000000001' },
    contacts: [{ key: 'p7', name: 'Bo' }],
  };

  it('shows references that this connection does not hold', () => {
    const { rules } = traced().toNative(body, environment);
    expect(rules.map(short)).toEqual([
      'rules[1] wrote',
      'rules[3] cleared',
      'rules[4] wrote',
      'rules[5] skipped condition',
      'rules[6] cleared',
      'rules[7] skipped unresolved',
      'rules[8] wrote',
      'rules[8].list.key wrote',
      'rules[8].rules[0] wrote',
    ]);
    expect(rules[2]).toMatchObject({ input: ['lead'], output: ['L'] });
  });
});

describe('tracing', () => {
  it('gives the same results as the compiled mapping', () => {
    const { compiled } = loadMapping(input);
    const mapping = traced();
    const good = { ...row, stage: 'L', people: [] };
    expect(mapping.toCanonical(good, environment).result).toEqual(compiled?.toCanonical(good, environment));
    expect(mapping.toCanonical(row, environment).result).toEqual(compiled?.toCanonical(row, environment));
  });

  it('starts anew with every record', () => {
    const mapping = traced();
    const first = mapping.toCanonical(row, environment).rules.length;
    expect(mapping.toCanonical(row, environment).rules).toHaveLength(first);
  });

  it('of a bad document says what is wrong with it', () => {
    const { mapping, findings } = traceMapping({ ...input, text: text.replace('displayName', 'displayNam') });
    expect(mapping).toBeUndefined();
    expect(findings[0]?.code).toBe('mapping.unknown-path');
  });

  it('ends where a record has thousands of items', () => {
    const people = Array.from({ length: 4000 }, (_, index) => ({ id: `p${index}`, name: 'Bo' }));
    expect(traced().toCanonical({ ...row, people }, environment).rules.length).toBeLessThanOrEqual(5000);
  });
});
