import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject } from '@isthmus/json';
import { parse, stringify } from 'yaml';
import { shippedMappings } from '../../../../tests/support/shipped-mappings.js';
import { loadMapping } from '../load-mapping.js';
import { suggestRules } from './suggest-rules.js';
import { likeness, wordsIn } from './words.js';

const root = join(__dirname, '../../../..');

describe('words of names', () => {
  it.each([
    ['unitPrice', ['unit', 'price']],
    ['hs_shipping_address_city', ['shipping', 'address', 'city']],
    ['含税单价', ['含税单价']],
    ['收货电话', ['收货', '电话']],
    ['mobilephone', ['mobilephone']],
    ['values.客户编码', ['客户', '编码']],
  ])('%s', (name, words) => expect(wordsIn(name)).toEqual(words));

  it.each([
    ['customer_name', 'customerName', 0.99],
    ['备注', 'note', 0.9],
    ['remark', 'note', 0.9],
    ['qty', 'quantity', 0.9],
    ['colour', 'quantity', 0],
  ])('%s and %s are alike by %d', (a, b, least) => {
    const found = likeness(wordsIn(a), wordsIn(b));
    if (least === 0) expect(found).toBeLessThan(0.4);
    else expect(found).toBeGreaterThanOrEqual(least);
  });
});

const text = `mapping: 1
stream: people
entity: customer
title: { en: People, zh: 个人 }
rules:
  - { canonical: kind, constant: person }
  - { canonical: displayName, native: name }
`;
const rows: readonly JsonObject[] = [
  { name: 'A', tel: '13800138000', mail_address: 'a@example.com', 备注: '老客户', shoe_size: 42 },
  { name: 'B', tel: '13900139000', mail_address: 'b@example.com', 备注: '' },
];

describe('suggestions', () => {
  const { suggestions = [] } = suggestRules({ file: 's.yaml', id: 'c/people', text }, { rows });
  const best = (native: string): string | undefined =>
    suggestions.find((suggestion) => suggestion.native === native)?.rules[0]?.canonical;

  it('use names in both languages and sample values', () => {
    expect(best('mail_address')).toBe('contactPoints[kind=email].value');
    expect(best('备注')).toBe('note');
    expect(best('tel')).toMatch(/^contactPoints\[kind=(phone|mobile)\]\.value$/);
  });

  it('propose nothing where nothing fits, and nothing for mapped fields', () => {
    expect(best('shoe_size')).toBeUndefined();
    expect(best('name')).toBeUndefined();
  });

  it('are rules that load as they are, with their reasons in both languages', () => {
    const first = suggestions.find(({ native }) => native === 'mail_address')?.rules[0];
    const { compiled, findings } = loadMapping({ file: 's.yaml', id: 'c/people', text: `${text}  ${first?.yaml}\n` });
    expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(compiled).toBeDefined();
    expect(first?.reasons.length).toBeGreaterThan(1);
    for (const { en, zh } of first?.reasons ?? []) expect([en, zh]).not.toContain('');
  });

  it('never change the mapping', () => {
    expect(loadMapping({ file: 's.yaml', id: 'c/people', text }).compiled?.reads).toEqual(['/kind', '/displayName']);
  });
});

interface Rule {
  readonly canonical?: string;
  readonly native?: string | readonly string[];
  readonly rules?: Rule[];
  readonly constant?: unknown;
}

function sampleRows(file: string): readonly JsonObject[] {
  const samples = join(root, file.replace('.yaml', '.samples.yaml'));
  return existsSync(samples)
    ? (parse(readFileSync(samples, 'utf8')) as { row: JsonObject }[]).map(({ row }) => row)
    : [];
}

/** Takes out all rules of one native field at a time, and asks for them again. */
function trials(): { native: string; wanted: readonly string[]; got: readonly string[] }[] {
  return shippedMappings().flatMap((input) => {
    const document = parse(input.text) as { rules: Rule[] };
    const rowsOfFile = sampleRows(input.file);
    const levels = [
      { path: 'rules', rules: document.rules },
      ...document.rules.flatMap((rule, index) =>
        rule.rules ? [{ path: `rules[${index}].rules`, rules: rule.rules }] : [],
      ),
    ];
    return levels.flatMap(({ rules, path }) => {
      const natives = new Set(
        rules.flatMap(({ native, rules: inner, constant }) =>
          typeof native === 'string' && !inner && constant === undefined && !native.includes('[') ? [native] : [],
        ),
      );
      // Every other field: each costs a whole load of its mapping, and half of them say as much.
      return [...natives].flatMap((native, index) => {
        if (index % 2 === 1) return [];
        const wanted = rules.flatMap((rule) => (rule.native === native && rule.canonical ? [rule.canonical] : []));
        const without = rules.filter((rule) => rule.native !== native);
        if (without.some((rule) => Array.isArray(rule.native) && rule.native.includes(native)) || without.length === 0)
          return [];
        const reduced =
          path === 'rules'
            ? { ...document, rules: without }
            : {
                ...document,
                rules: document.rules.map((rule) => (rule.rules === rules ? { ...rule, rules: without } : rule)),
              };
        const { suggestions = [] } = suggestRules({ ...input, text: stringify(reduced) }, { rows: rowsOfFile });
        const found = suggestions.find(
          (one) => one.native === native && one.at.endsWith('].rules') === (path !== 'rules'),
        );
        return [{ native: `${input.id} ${native}`, wanted, got: found?.rules.map(({ canonical }) => canonical) ?? [] }];
      });
    });
  });
}

describe('rules that are taken out of the shipped mappings', () => {
  const all = trials();
  const first = all.filter(({ wanted, got }) => got[0] !== undefined && wanted.includes(got[0]));
  const amongThree = all.filter(({ wanted, got }) => got.some((one) => wanted.includes(one)));

  it('are proposed first in at least 78 of 100 cases, and among the first three in 90', () => {
    expect(all.length).toBeGreaterThan(80);
    expect(first.length / all.length).toBeGreaterThanOrEqual(0.78);
    expect(amongThree.length / all.length).toBeGreaterThanOrEqual(0.9);
  });
});
