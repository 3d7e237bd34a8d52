import { loadMapping } from '../load-mapping.js';
import type { CompiledMapping, MappingFinding } from '../contract.js';

const environment = { timeZone: 'Asia/Shanghai', currency: 'CNY', country: 'CN', lookups: {} };
const nativeSchema = {
  type: 'object',
  properties: {
    first: { type: 'string' },
    last: { type: 'string' },
    level: { type: 'integer' },
    price: { type: 'number' },
    qty: { type: 'number' },
    label: { type: 'string' },
    rank: { type: 'integer' },
    pin: { type: 'boolean' },
    lines: {
      type: 'array',
      items: { type: 'object', properties: { sku: { type: 'string' }, amount: { type: 'number' } } },
    },
  },
};

const document = (rules: string, entity = 'customer'): string =>
  `mapping: 1\nstream: s\nentity: ${entity}\ntitle: { en: S, zh: 流 }\nrules:\n${rules}`;

function compile(rules: string, entity?: string): CompiledMapping {
  const { compiled, findings } = loadMapping({
    file: 's.yaml',
    id: 'c/s',
    text: document(rules, entity),
    nativeSchema,
  });
  if (!compiled) throw new Error(JSON.stringify(findings, null, 1));
  return compiled;
}

function said(rule: string): string[] {
  const { findings } = loadMapping({ file: 's.yaml', id: 'c/s', text: document(`  - ${rule}`), nativeSchema });
  return findings
    .filter(({ severity, code }) => severity === 'error' || code.startsWith('mapping.unknown'))
    .map(
      ({ line, column, code, suggestion }: MappingFinding) =>
        `${line}:${column} ${code}${suggestion ? ` → ${suggestion}` : ''}`,
    );
}

describe('rules with an expression', () => {
  it('fill a canonical field from the row, through what the field implies', () => {
    const mapping = compile(`
  - { canonical: displayName, direction: in, expression: 'row.last + ", " + row.first + "  "' }
  - { canonical: credit.limit, direction: in, expression: 'decimal.mul(row.price, row.qty)', transform: { money: { digits: 2, round: true } } }
  - { canonical: lifecycleStage, direction: in, expression: 'row.level > 3.0 ? "customer" : "lead"' }
`);
    expect(mapping.toCanonical({ first: 'Anna', last: 'Berg', price: 0.1, qty: 3, level: 5 }, environment)).toEqual({
      ok: true,
      body: {
        displayName: 'Berg, Anna',
        credit: { limit: { amount: '0.30', currency: 'CNY' } },
        lifecycleStage: 'customer',
      },
    });
    expect(mapping.reads).toEqual(['/displayName', '/credit/limit', '/lifecycleStage']);
    expect(mapping.writes).toEqual([]);
  });

  it('fill a native field from the record; no value is written as empty', () => {
    const mapping = compile(`
  - { canonical: displayName, native: first }
  - { native: label, direction: out, expression: 'record.displayName + " / " + env.country' }
  - { native: rank, direction: out, expression: 'has(record.note) ? 1 : null', nativeDefault: 0 }
`);
    expect(mapping.toNative({ displayName: 'Anna' }, environment, () => undefined)).toEqual({
      ok: true,
      row: { first: 'Anna', label: 'Anna / CN', rank: 0 },
    });
    expect(mapping.writes).toEqual(['/displayName']);
  });

  it.each<[string, string, readonly string[]]>([
    ["record.displayName + ' / ' + env.country", 'customer', ['/displayName']],
    ['has(record.note) ? 1 : null', 'customer', ['/note']],
    [
      'has(record.credit.limit) ? record.credit.limit.amount : record.kind',
      'customer',
      ['/credit/limit', '/credit/limit/amount', '/kind'],
    ],
    [
      'record.contactPoints.filter(p, p.kind == "email").map(q, q.value).join(";")',
      'customer',
      ['/contactPoints', '/contactPoints/*/kind', '/contactPoints/*'],
    ],
    [
      'record.contactPoints.exists(p, p.isPrimary && p.kind == record.kind)',
      'customer',
      ['/contactPoints', '/contactPoints/*/isPrimary', '/contactPoints/*/kind', '/kind'],
    ],
    ['record.addresses[0].city', 'customer', ['/addresses/*/city']],
    ['decimal.add("1", "2")', 'customer', []],
  ])('say which fields of the record they look at: %s', (expression, entity, fields) => {
    const native = expression.includes('exists') ? 'pin' : expression.startsWith('has(record.note)') ? 'rank' : 'label';
    const mapping = compile(
      `  - { native: ${native}, direction: out, expression: '${expression.replaceAll("'", "''")}' }`,
      entity,
    );
    expect(mapping.writes).toEqual([]);
    expect(mapping.consults).toEqual(fields);
  });

  it('of lists and conditions are named from the root of the record; what only comes in is not', () => {
    const mapping = compile(
      `
  - { canonical: note, native: label, when: { status: placed } }
  - { canonical: orderNumber, direction: in, expression: 'row.first' }
  - canonical: lines
    native: lines
    list: { key: { canonical: lineId, native: id } }
    rules:
      - { native: sku, direction: out, expression: 'item.itemSnapshot.name + record.currency', when: { isGift: true } }
`,
      'order',
    );
    expect(mapping.consults).toEqual(['/status', '/lines/*/isGift', '/lines/*/itemSnapshot/name', '/currency']);
  });

  it('inside a list see the item and the whole row', () => {
    const mapping = compile(
      `
  - canonical: lines
    native: lines
    list: { key: { canonical: lineId, native: sku } }
    rules:
      - { canonical: itemSnapshot.name, direction: in, expression: 'row.label + item.sku' }
`,
      'order',
    );
    expect(mapping.toCanonical({ label: 'L-', lines: [{ sku: 'A' }, { sku: 'B' }] }, environment)).toMatchObject({
      body: {
        lines: [
          { lineId: 'A', itemSnapshot: { name: 'L-A' } },
          { lineId: 'B', itemSnapshot: { name: 'L-B' } },
        ],
      },
    });
  });

  it('take part in first-of and in conditions', () => {
    const mapping = compile(`
  - { canonical: displayName, native: first, when: { native: { level: { present: true } } } }
  - { canonical: displayName, direction: in, expression: 'row.label + "!"' }
`);
    expect(mapping.toCanonical({ first: 'Anna', level: 1, label: 'x' }, environment)).toMatchObject({
      body: { displayName: 'Anna' },
    });
    expect(mapping.toCanonical({ first: 'Anna', label: 'x' }, environment)).toMatchObject({
      body: { displayName: 'x!' },
    });
  });

  it.each<[string, object, string, string]>([
    [
      "{ canonical: displayName, direction: in, expression: 'row.first + row.last' }",
      { first: 'A', last: 1 },
      'mapping.expression-failed',
      '/displayName',
    ],
    [
      "{ canonical: lifecycleStage, direction: in, expression: 'row.first' }",
      { first: 'leed' },
      'mapping.unmapped-value',
      '/lifecycleStage',
    ],
    [
      "{ canonical: displayName, direction: in, expression: 'row.any' }",
      { any: [1] },
      'mapping.wrong-type',
      '/displayName',
    ],
    [
      '{ canonical: credit.limit, direction: in, expression: \'{"amount": row.price, "currency": "CNY"}\' }',
      { price: 1 },
      'mapping.wrong-type',
      '/credit/limit',
    ],
    [
      "{ canonical: displayName, direction: in, expression: 'row.first' }",
      { first: 'a\u0000' },
      'mapping.dangerous-text',
      '/displayName',
    ],
  ])('%s: a record that does not fit parks', (rule, row, code, target) => {
    expect(compile(`  - ${rule}`).toCanonical(row as never, environment)).toMatchObject({
      ok: false,
      issues: [{ code, target }],
    });
  });

  it('a value that the native field does not take is never written', () => {
    const mapping = compile("  - { native: rank, direction: out, expression: 'record.extensions.any' }");
    expect(mapping.toNative({ extensions: { any: 'x' } }, environment, () => undefined)).toMatchObject({
      issues: [{ code: 'mapping.wrong-type', target: '/rank' }],
    });
    expect(mapping.toNative({ extensions: { any: 3 } }, environment, () => undefined)).toMatchObject({
      row: { rank: 3 },
    });
  });
});

describe('the checker on expressions', () => {
  it.each<[string, string[]]>([
    ["{ canonical: displayName, expression: 'row.first' }", ['6:31 mapping.expression-direction → direction: in']],
    [
      "{ canonical: displayName, direction: both, expression: 'row.first' }",
      ['6:31 mapping.expression-direction → direction: in'],
    ],
    ["{ native: label, expression: 'record.note' }", ['6:22 mapping.expression-direction → direction: out']],
    ["{ canonical: displayName, native: first, direction: in, expression: 'row.first' }", ['6:5 mapping.rule-shape']],
    ["{ native: label, direction: out, transform: text, expression: 'record.note' }", ['6:5 mapping.rule-shape']],
    [
      "{ canonical: displayName, direction: in, expression: 'row.frist' }",
      ['6:46 mapping.unknown-native-path → first'],
    ],
    ["{ native: label, direction: out, expression: 'record.displayNam' }", ['6:38 mapping.unknown-path → displayName']],
    [
      "{ native: label, direction: out, expression: 'record.person.famlyName' }",
      ['6:38 mapping.unknown-path → familyName'],
    ],
    [
      '{ native: label, direction: out, expression: \'record.contactPoints.map(c, c.valeu).join(",")\' }',
      ['6:38 mapping.unknown-path → value'],
    ],
    [
      "{ canonical: displayName, direction: in, expression: 'row.first + row.level' }",
      ['6:46 mapping.expression-type → string(…)'],
    ],
    [
      "{ canonical: displayName, direction: in, expression: 'row.level + 1' }",
      ['6:46 mapping.expression-type → decimal.add(…) and its like: exact'],
    ],
    ["{ canonical: displayName, direction: in, expression: 'row.level' }", ['6:46 mapping.type-mismatch → string(…)']],
    ["{ native: rank, direction: out, expression: 'record.displayName' }", ['6:37 mapping.type-mismatch']],
    ["{ canonical: displayName, direction: in, expression: 'row.first.map(x, x)' }", ['6:46 mapping.expression-type']],
    ["{ canonical: displayName, direction: in, expression: 'row.first.upper' }", ['6:46 mapping.expression-type']],
    [
      '{ canonical: displayName, direction: in, expression: \'row.first ? "a" : "b"\' }',
      ['6:46 mapping.expression-type'],
    ],
    ["{ canonical: displayName, direction: in, expression: 'env.zone' }", ['6:46 mapping.unknown-native-path']],
    ["{ canonical: displayName, direction: in, expression: 'item.first' }", ['6:46 mapping.expression-name']],
    ["{ canonical: parentId, direction: in, expression: 'row.first' }", ['6:43 mapping.type-mismatch']],
  ])('%s', (rule, findings) => {
    expect(said(rule)).toEqual(findings);
  });
});

describe('conditions', () => {
  const mapping = compile(`
  - { canonical: kind, constant: person }
  - { canonical: displayName, native: label, when: { kind: person } }
  - { canonical: person.givenName, native: first, when: { canonical: { displayName: { startsWith: B } } } }
  - { canonical: note, native: last, when: { native: { level: { not: [0, null] } } } }
  - { canonical: customerNumber, native: rank, transform: number-text, when: { native: { pin: { present: false } } } }
`);
  it.each<[object, object]>([
    [
      { label: 'Berg', first: 'A', last: 'n', level: 1, rank: 7 },
      { displayName: 'Berg', person: { givenName: 'A' }, note: 'n', customerNumber: '7' },
    ],
    [{ label: 'Alt', first: 'A', last: 'n', level: 0, rank: 7, pin: false }, { displayName: 'Alt' }],
    [{ label: 'Alt', last: 'n' }, { displayName: 'Alt' }],
  ])('%j', (row, body) => {
    expect(mapping.toCanonical(row as never, environment)).toEqual({ ok: true, body: { kind: 'person', ...body } });
  });

  it('a test of a closed list of words names its words', () => {
    expect(said('{ canonical: displayName, native: first, when: { kind: { not: persn } } }')).toEqual([
      '6:46 mapping.unknown-word → person',
    ]);
  });
});
