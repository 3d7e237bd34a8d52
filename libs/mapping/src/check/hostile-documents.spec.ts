import { loadMapping } from '../load-mapping.js';

const head = 'mapping: 1\nstream: s\nentity: customer\ntitle: { en: S, zh: 流 }\n';
const rules = (list: string): string => `${head}rules:\n${list}`;
const rule = (body: string): string => rules(`  - ${body}\n`);
const many = (count: number, make: (index: number) => string, separator = '\n'): string =>
  Array.from({ length: count }, (_, index) => make(index)).join(separator);
const bomb = many(12, (level) =>
  level === 0
    ? 'l0: &l0 [x, x, x, x, x, x, x, x, x]'
    : `l${level}: &l${level} [${many(9, () => `*l${level - 1}`, ', ')}]`,
);

function nestedLists(depth: number): string {
  let text = '{ canonical: name, native: n }';
  for (let level = 0; level < depth; level += 1)
    text = `{ canonical: contacts, native: l, list: {}, rules: [ ${text} ] }`;
  return rule(text);
}

const corpus: readonly (readonly [name: string, text: string, code: string])[] = [
  ['flow lists 10,000 deep', `${head}rules: ${'['.repeat(10_000)}${']'.repeat(10_000)}`, 'mapping.too-large'],
  ['flow lists 10,000 deep that never end', `${head}rules: ${'['.repeat(10_000)}`, 'mapping.too-large'],
  ['flow maps 5,000 deep', `${head}rules: ${'{a: '.repeat(5000)}1${'}'.repeat(5000)}`, 'mapping.too-large'],
  ['block lists 5,000 deep', `${head}rules:\n  ${'- '.repeat(5000)}x`, 'mapping.too-large'],
  ['block maps 1,000 deep', `${head}${many(1000, (level) => `${' '.repeat(level)}a:`)}`, 'mapping.yaml-syntax'],
  ['a list rule in a list rule, seven deep', nestedLists(7), 'mapping.too-large'],
  ['a document of 2 MiB', `${head}# ${'x'.repeat(2_097_152)}\nrules: []`, 'mapping.too-large'],
  ['a million characters of brackets', `${head}${'[]{}'.repeat(40_000)}`, 'mapping.yaml-syntax'],
  ['200,000 values', `${head}rules: [${'1,'.repeat(200_000)}]`, 'mapping.too-large'],
  [
    '10,000 rules',
    rules(many(10_000, (index) => `  - { canonical: extensions.c${index}, native: n${index} }`)),
    'mapping.too-large',
  ],
  [
    '10,000 rules that are all wrong',
    rules(many(10_000, () => '  - { canonicl: x, natve: [1], transform: 5 }')),
    'mapping.too-large',
  ],
  [
    '1,000 rules that are all wrong',
    rules(many(1000, () => '  - { canonicl: x, natve: [1], transform: 5 }')),
    'mapping.unknown-key',
  ],
  [
    'a table of 10,000 entries',
    `${head}lookups:\n  t:\n${many(10_000, (index) => `    k${index}: v`)}\nrules: [{ note: x }]`,
    'mapping.bad-value',
  ],
  ['a million spaces before a value', `${head}rules:${' '.repeat(1_000_000)}x`, 'mapping.bad-value'],
  ['a key of 500,000 characters', `${head}${'k'.repeat(500_000)}: 1`, 'mapping.yaml-syntax'],
  ['an anchor', `${head}rules: &a [{ canonical: note, native: n }]`, 'mapping.alias'],
  ['an anchor that holds itself', `${head}rules: &a [*a]`, 'mapping.alias'],
  ['two anchors that hold each other', `${head}x: &a { b: &b { c: *a } }\nrules: [*b]`, 'mapping.alias'],
  ['a bomb of aliases', `${head}${bomb}\nrules: *l11`, 'mapping.alias'],
  ['a bomb of merge keys', `${head}a: &a { x: 1 }\nb: { <<: [${many(1000, () => '*a', ', ')}] }`, 'mapping.alias'],
  [
    'a tag that would build an object',
    `${head}rules: !!js/function "function () { return process }"`,
    'mapping.yaml-tag',
  ],
  ['a tag of its own handle', `%TAG ! tag:evil,2000:\n---\n${head}rules: !x []`, 'mapping.yaml-tag'],
  ['two documents', `${head}rules: []\n---\n${head}`, 'mapping.yaml-syntax'],
  ['a key twice', `${head}stream: other\nrules: []`, 'mapping.duplicate-key'],
  ['__proto__ as a key', `${head}__proto__: { rules: [] }`, 'mapping.dangerous-path'],
  [
    '__proto__ as a key of a rule',
    rule('{ canonical: note, native: n, __proto__: { direction: in } }'),
    'mapping.dangerous-path',
  ],
  ['__proto__ as a canonical path', rule('{ canonical: extensions.__proto__.x, native: n }'), 'mapping.dangerous-path'],
  [
    'constructor as a native path',
    rule('{ canonical: note, native: constructor.prototype.x }'),
    'mapping.dangerous-path',
  ],
  [
    '__proto__ in a selector',
    rule('{ canonical: "contactPoints[__proto__=x].value", native: n }'),
    'mapping.dangerous-path',
  ],
  [
    '__proto__ in a condition',
    rule('{ canonical: note, native: n, when: { native: { a.__proto__.b: 1 } } }'),
    'mapping.dangerous-path',
  ],
  [
    '__proto__ as a condition',
    rule('{ canonical: note, native: n, when: { __proto__: 1 } }'),
    'mapping.dangerous-path',
  ],
  ['__proto__ as a table', `${head}lookups: { __proto__: { a: lead } }\nrules: []`, 'mapping.dangerous-path'],
  [
    'constructor as an entry of a table',
    `${head}lookups: { t: { constructor: lead } }\nrules: []`,
    'mapping.dangerous-path',
  ],
  [
    'constructor as the name of a table',
    rule('{ canonical: lifecycleStage, native: n, transform: { enum: { table: constructor } } }'),
    'mapping.unknown-lookup',
  ],
  [
    '__proto__ as an option',
    rule('{ canonical: note, native: n, transform: { text: { __proto__: { case: upper } } } }'),
    'mapping.dangerous-path',
  ],
  [
    'constructor as a transform',
    rule('{ canonical: note, native: n, transform: constructor }'),
    'mapping.unknown-transform',
  ],
  [
    'toString as a transform with options',
    rule('{ canonical: note, native: n, transform: { toString: {} } }'),
    'mapping.unknown-transform',
  ],
  [
    'constructor as an entity',
    rule('{ canonical: note, native: n }').replace('entity: customer', 'entity: constructor'),
    'mapping.unknown-entity',
  ],
  [
    '__proto__ in a constant',
    rule('{ canonical: extensions.x, constant: { __proto__: { admin: true } } }'),
    'mapping.dangerous-path',
  ],
  [
    'a pattern that explodes as a date format',
    rule(
      '{ canonical: attribution.firstTouchAt, native: n, transform: { instant: { format: local, pattern: "(a+)+$" } } }',
    ),
    'mapping.bad-option',
  ],
  [
    'a pattern of nested repetitions',
    rule('{ canonical: note, direction: in, expression: \'row.n.matches("((a{99}){99}){99}")\' }'),
    'mapping.expression-pattern',
  ],
  [
    'a pattern with a back reference',
    rule('{ canonical: note, native: n, direction: in, expression: \'row.n.matches("(a*)\\\\1")\' }').replace(
      ', native: n',
      '',
    ),
    'mapping.expression-pattern',
  ],
  [
    'macros in macros in macros',
    rule("{ canonical: note, direction: in, expression: 'row.a.map(x, row.a.map(y, row.a.map(z, z)))' }"),
    'mapping.expression-too-large',
  ],
  [
    'an expression of 100,000 characters',
    rule(`{ canonical: note, direction: in, expression: '${'1+'.repeat(50_000)}1' }`),
    'mapping.bad-value',
  ],
  [
    'an expression 900 brackets deep',
    rule(`{ canonical: note, direction: in, expression: '${'('.repeat(900)}' }`),
    'mapping.expression-too-large',
  ],
  [
    'an expression that asks for the clock',
    rule("{ canonical: note, direction: in, expression: 'now()' }"),
    'mapping.expression-function',
  ],
  [
    'an expression that asks for the process',
    rule("{ canonical: note, direction: in, expression: 'process.env.HOME' }"),
    'mapping.expression-name',
  ],
  [
    'an expression that reaches for a prototype',
    rule('{ canonical: note, direction: in, expression: \'row.constructor.constructor("return 1")\' }'),
    'mapping.dangerous-path',
  ],
  ['a path of 5,000 characters', rule(`{ canonical: ${'a.'.repeat(2500)}a, native: n }`), 'mapping.bad-value'],
  ['a path of 100 steps', rule(`{ canonical: extensions.${'a.'.repeat(100)}a, native: n }`), 'mapping.bad-path'],
  ['a list position of a billion', rule('{ canonical: note, native: "a[999999999]" }'), 'mapping.bad-path'],
  [
    'a selector that never ends',
    rule(`{ canonical: "contactPoints[${'kind=a,'.repeat(40)}", native: n }`),
    'mapping.bad-path',
  ],
  [
    '1,000 transforms in a row',
    rule(`{ canonical: note, native: n, transform: [${many(1000, () => 'text', ',')}] }`),
    'mapping.bad-value',
  ],
  [
    '1,000 native paths',
    rule(`{ canonical: note, native: [${many(1000, (index) => `n${index}`, ',')}] }`),
    'mapping.bad-value',
  ],
  [
    '1,000 conditions',
    rule(`{ canonical: note, native: n, when: { ${many(1000, (index) => `p${index}: 1`, ',')} } }`),
    'mapping.unknown-key',
  ],
  ['1e400', rule('{ canonical: extensions.x, constant: 1e400 }'), 'mapping.inexact-number'],
  [
    'a number of 20 digits',
    rule('{ canonical: extensions.x, constant: 12345678901234567890 }'),
    'mapping.inexact-number',
  ],
  ['.nan', rule('{ canonical: extensions.x, constant: .nan }'), 'mapping.inexact-number'],
  ['NUL in a constant', rule('{ canonical: note, constant: "a\\0b" }'), 'mapping.dangerous-text'],
  ['half a character in a constant', rule('{ canonical: note, constant: "\\ud800" }'), 'mapping.dangerous-text'],
  ['NUL in the text itself', rule('{ canonical: no\u0000te, native: n }'), 'mapping.dangerous-text'],
  ['NUL in a key', rule('{ canonical: note, native: n, "no\\0te": x }'), 'mapping.unknown-key'],
  ['only line ends', '\r\n'.repeat(100_000), 'mapping.bad-value'],
  ['a byte order mark and nothing else', '\ufeff', 'mapping.bad-value'],
  ['a million tabs', '\t'.repeat(1_000_000), 'mapping.bad-value'],
];

describe('S02 hostile documents', () => {
  it.each(corpus)('%s: a finding, never an exception', (_name, text, code) => {
    const { compiled, findings } = loadMapping({ file: 'hostile.yaml', id: 'c/s', text });
    expect(compiled).toBeUndefined();
    expect(findings.filter(({ severity }) => severity === 'error').map((finding) => finding.code)).toContain(code);
    expect(findings.length).toBeLessThanOrEqual(200);
    for (const { line, column, message } of findings) {
      expect(line).toBeGreaterThan(0);
      expect(column).toBeGreaterThan(0);
      expect(message.en.length + message.zh.length).toBeLessThan(3000);
    }
  });

  it.each(corpus)('%s: the same over a shipped mapping, and as the shipped one', (_name, text) => {
    const sound = rule('{ canonical: note, native: n }');
    const layer = 'mapping: 1\nextends: c/s\ndrop: [note]\n';
    const base = { file: 'shipped.yaml', id: 'c/s' };
    const over = text.replace(head, 'mapping: 1\nextends: c/s\n').replace('rules:', 'add:');
    for (const input of [
      { file: 'layer.yaml', id: 'a/s', text: over, base: { ...base, text: sound } },
      { file: 'layer.yaml', id: 'a/s', text: layer, base: { ...base, text } },
    ]) {
      const { compiled, findings } = loadMapping(input);
      expect(compiled).toBeUndefined();
      expect(findings.some(({ severity }) => severity === 'error')).toBe(true);
    }
  });

  it('nothing was added to what every object has', () => {
    expect(({} as { admin?: unknown; rules?: unknown }).admin).toBeUndefined();
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});
