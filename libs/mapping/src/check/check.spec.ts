import { loadMapping } from '../load-mapping.js';

const nativeSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    id: { type: 'string' },
    number: { type: 'integer' },
    name: { type: ['string', 'null'] },
    stage: { type: 'string' },
    limit: { type: 'number' },
    companyId: { type: 'string' },
    address: { $ref: '#/$defs/address' },
    items: { type: 'array', items: { type: 'object', properties: { sku: { type: 'string' } } } },
    custom: { type: 'object' },
  },
  $defs: { address: { type: 'object', properties: { city: { type: 'string' } }, additionalProperties: false } },
};

const head = 'mapping: 1\nstream: s\nentity: customer\ntitle: { en: S, zh: 流 }\n';

function load(rules: string, more = ''): ReturnType<typeof loadMapping> {
  return loadMapping({
    file: 's.yaml',
    id: 'c/s',
    text: `${head}${more}rules:\n  - { canonical: kind, constant: person }\n  ${rules}\n`,
    nativeSchema,
  });
}

const said = (rules: string, more = ''): string[] =>
  load(rules, more).findings.map(
    ({ severity, code, suggestion }) => `${severity} ${code}${suggestion === undefined ? '' : ` → ${suggestion}`}`,
  );

describe('the checker', () => {
  it('passes a sound document and compiles it', () => {
    const { findings, compiled } = load('- { canonical: displayName, native: name }');
    expect(findings).toEqual([]);
    expect(compiled).toMatchObject({
      id: 'c/s',
      stream: 's',
      entity: 'customer',
      reads: ['/kind', '/displayName'],
      writes: ['/displayName'],
    });
    expect(compiled?.hash).toMatch(/^[0-9a-f]{64}$/);
  });

  it('tells a declared loss in the languages in which it is declared', () => {
    const lossesOf = (loses: string): unknown =>
      load(
        `- { canonical: displayName, native: name, transform: { text: { case: upper } }, loses: ${loses} }`,
      ).fields?.find(({ canonical }) => canonical === '/displayName')?.loses;
    expect(lossesOf('small letters')).toEqual([{ en: 'small letters', zh: 'small letters' }]);
    expect(lossesOf('{ en: small letters, zh: 小写字母 }')).toEqual([{ en: 'small letters', zh: '小写字母' }]);
    expect(lossesOf('[{ en: small letters, zh: 小写字母 }, accents]')).toHaveLength(2);
    expect(said('- { canonical: displayName, native: name, loses: { en: small letters } }')).toHaveLength(1);
  });

  it('says file, line, column, path and both languages', () => {
    expect(load('- { canonical: displayNam, native: name }').findings[0]).toEqual({
      severity: 'error',
      code: 'mapping.unknown-path',
      file: 's.yaml',
      line: 7,
      column: 7,
      path: 'rules[1].canonical',
      message: { en: 'the model has no field "displayNam" here', zh: '模型在此处没有字段“displayNam”' },
      suggestion: 'displayName',
    });
  });

  it.each<[string, string]>([
    ['- { canonical: person.famlyName, native: name }', 'error mapping.unknown-path → person.familyName'],
    ['- { canonical: "contactPoints[kind=mobil].value", native: name }', 'error mapping.unknown-word → mobile'],
    [
      '- { canonical: "contactPoints[knd=mobile].value", native: name }',
      'error mapping.unknown-path → contactPoints[kind=mobile].value',
    ],
    [
      '- { canonical: "contactPoints[kind=mobile].valeu", native: name }',
      'error mapping.unknown-path → contactPoints[kind=mobile].value',
    ],
    ['- { canonical: contactPoints.value, native: name }', 'error mapping.unknown-path'],
    ['- { canonical: displayName.x, native: name }', 'error mapping.unknown-path'],
    [
      '- { canonical: "contactPoints[kind=mobile]", native: name }',
      'error mapping.bad-path → contactPoints[kind=mobile].value',
    ],
    ['- { canonical: displayName, native: nmae }', 'error mapping.unknown-native-path → name'],
    ['- { canonical: displayName, native: address.cty }', 'error mapping.unknown-native-path → address.city'],
    ['- { canonical: displayName, native: "items[0].skuu" }', 'warning mapping.unknown-native-path → items[0].sku'],
    ['- { canonical: displayName, native: items.sku }', 'error mapping.unknown-native-path'],
    ['- { canonical: __proto__.x, native: name }', 'error mapping.dangerous-path'],
    ['- { canonical: displayName, native: a.constructor }', 'error mapping.dangerous-path'],
    ['- { canonical: displayName, native: name, when: { prototype: x } }', 'error mapping.dangerous-path'],
    ['- { canonical: displayName, native: number }', 'error mapping.type-mismatch → number-text'],
    ['- { canonical: credit.termsDays, native: name, transform: text }', 'error mapping.type-mismatch → integer'],
    ['- { canonical: credit.limit, native: limit }', 'error mapping.transform-needed → transform: money'],
    ['- { canonical: credit.limit, native: limit, transform: money }', 'error mapping.type-mismatch → as: number'],
    [
      '- { canonical: displayName, native: limit, transform: { money: { as: number } } }',
      'error mapping.type-mismatch',
    ],
    ['- { canonical: displayName, native: [name, stage], transform: text }', 'error mapping.type-mismatch'],
    [
      '- { canonical: displayName, native: name, transform: [{ split-join: { separator: "," } }, text] }',
      'error mapping.type-mismatch',
    ],
    [
      '- { canonical: parentId, native: companyId }',
      'error mapping.transform-needed → reference: { entity: customer, stream: … }',
    ],
    [
      '- { canonical: parentId, native: companyId, reference: { entity: order, stream: s } }',
      'error mapping.wrong-reference → customer',
    ],
    [
      '- { canonical: displayName, native: companyId, reference: { entity: customer, stream: s } }',
      'error mapping.wrong-reference',
    ],
    ['- { canonical: displayName, native: name, transform: txt }', 'error mapping.unknown-transform → text'],
    [
      '- { canonical: displayName, native: name, transform: { text: { cas: upper } } }',
      'error mapping.bad-option → case',
    ],
    [
      '- { canonical: displayName, native: name, transform: { text: { case: uper } } }',
      'error mapping.bad-option → upper',
    ],
    [
      '- { canonical: displayName, native: name, transform: { split-join: {} } }',
      'error mapping.bad-option → separator',
    ],
    [
      '- { canonical: attribution.firstTouchAt, native: name, transform: { instant: { format: local, zone: Asia/Shangai } } }',
      'error mapping.bad-option → Asia/Shanghai',
    ],
    ['- { canonical: note, native: name, transform: html-text }', 'error mapping.cannot-go-back → direction: in'],
    ['- { canonical: displayName, native: name, tranform: text }', 'error mapping.unknown-key → transform'],
    ['- { canonical: displayName, native: name, direction: inn }', 'error mapping.bad-value → in'],
    ['- { canonical: lifecycleStage, constant: leed }', 'error mapping.unknown-word → lead'],
    ['- { canonical: displayName, native: name, default: 7 }', 'error mapping.bad-constant'],
    [
      '- { canonical: "contactPoints[kind=email].value", native: name, canonicalExtras: { isPrimry: true } }',
      'error mapping.unknown-path → isPrimary',
    ],
    [
      '- { canonical: "contactPoints[kind=email].value", native: name, canonicalExtras: { isPrimary: ja } }',
      'error mapping.bad-constant',
    ],
    ['- { note: nothing }', 'error mapping.rule-shape'],
    ['- { canonical: displayName }', 'error mapping.rule-shape'],
    ['- { canonical: displayName, native: name, constant: x }', 'error mapping.rule-shape'],
    ['- { native: name, constant: x, direction: in }', 'error mapping.rule-shape'],
    ['- { canonical: contacts, native: items, rules: [{ canonical: name, native: sku }] }', 'error mapping.rule-shape'],
    [
      '- { canonical: contacts, native: items, list: {}, rules: [{ canonical: nam, native: sku }] }',
      'error mapping.unknown-path → name',
    ],
    ['- { canonical: displayName, native: name, when: { knd: person } }', 'error mapping.unknown-path → kind'],
    ['- { canonical: displayName, native: name, when: { kind: persn } }', 'error mapping.unknown-word → person'],
  ])('%s: %s', (rules, finding) => {
    const found = said(rules);
    expect(found.map((text) => (finding.includes(' → ') ? text : text.replace(/ → .*/, '')))).toContain(finding);
  });

  it.each<[string, string]>([
    [
      '- { canonical: displayName, native: name }\n  - { canonical: displayName, native: stage }',
      'mapping.two-writers',
    ],
    [
      '- { canonical: displayName, native: name }\n  - { canonical: person.fullName, native: name }',
      'mapping.two-writers',
    ],
    [
      '- { canonical: extensions.a, native: custom }\n  - { canonical: extensions.a.b, native: name }',
      'mapping.overlapping-paths',
    ],
  ])('two rules for one place: %s', (rules, code) => {
    expect(load(rules).findings.map((finding) => finding.code)).toContain(code);
  });

  it.each([
    '- { canonical: displayName, native: name }\n  - { canonical: displayName, native: stage, direction: in }',
    '- { canonical: displayName, native: name }\n  - { canonical: person.fullName, native: name, direction: in }',
    '- { canonical: displayName, native: name, when: { kind: person } }\n  - { canonical: displayName, native: stage, when: { kind: organization } }',
    '- { canonical: displayName, native: name }\n  - { canonical: attribution, constant: { channel: web } }\n  - { canonical: attribution.campaign, native: stage }',
    '- { canonical: displayName, native: name }\n  - { canonical: parentId, native: companyId, reference: { entity: customer, stream: a } }\n  - { canonical: parentId, native: id, reference: { entity: customer, stream: b } }',
  ])('lets rules share a place when only one of them can write it: case %#', (rules) => {
    expect(said(rules)).toEqual([]);
  });

  it('wants value tables one-to-one where a rule goes both ways, and their words from the model', () => {
    const rule = (direction: string): string =>
      `- { canonical: displayName, native: name }\n  - { canonical: lifecycleStage, native: stage, transform: { enum: { table: t } }, direction: ${direction} }`;
    const table = 'lookups: { t: { 1: lead, 2: lead } }\n';
    expect(load(rule('both'), table).findings).toMatchObject([
      { code: 'mapping.not-one-to-one', path: 'lookups.t.2', line: 5 },
    ]);
    expect(said(rule('in'), table)).toEqual([]);
    expect(said(rule('both').replace('table: t', 'table: t, as: number'), 'lookups: { t: { 01: lead } }\n')).toContain(
      'error mapping.bad-option → as: text',
    );
    expect(said(rule('in'), 'lookups: { t: { 1: custmer } }\n')).toEqual(['error mapping.unknown-word → customer']);
    expect(said(rule('in'), 'lookups: { tt: { 1: lead } }\n')).toContain('error mapping.unknown-lookup → tt');
    expect(said(rule('in'), 'lookups: { t: {}, other: { a: b } }\n')).toEqual(['warning mapping.unused-lookup']);
  });

  it('warns of an empty field that comes back as a value', () => {
    const rule =
      '- { canonical: displayName, native: name }\n  - { canonical: note, native: stage, nativeDefault: none';
    expect(said(`${rule} }`)).toEqual(['warning mapping.empty-comes-back → default: …']);
    expect(said(`${rule}, default: none }`)).toEqual([]);
  });

  it('warns of required fields that nothing fills, but not of computed ones', () => {
    const text = head.replace('customer', 'order') + 'rules: [{ canonical: orderNumber, native: name }]\n';
    const { findings, compiled } = loadMapping({ file: 's.yaml', id: 'c/s', text });
    expect(compiled).toBeDefined();
    const missing = findings.map(({ severity, code, suggestion }) => `${severity} ${code} ${suggestion}`);
    expect(missing).toContain('warning mapping.required-not-filled { canonical: lines, native: … }');
    expect(missing.join()).not.toContain('totals');
    expect(missing.join()).not.toContain('taxes');
  });

  it('warns when the key by which a list merges is not filled', () => {
    expect(
      said(
        '- { canonical: displayName, native: name }\n  - { canonical: contacts, native: items, list: {}, rules: [{ canonical: name, native: sku }] }',
      ),
    ).toContain('warning mapping.list-key-not-filled → list: { key: { canonical: key, native: … } }');
  });

  it.each([
    ['mapping: 2\n', 'mapping.bad-value'],
    ['just text', 'mapping.bad-value'],
    ['', 'mapping.bad-value'],
    [`${head.replace('customer', 'custmer')}rules: [{ canonical: kind, constant: person }]`, 'mapping.unknown-entity'],
    [`${head}rules: []`, 'mapping.bad-value'],
    [
      `${head}rules: [${Array.from({ length: 2001 }, () => '{ canonical: kind, constant: person }').join(',')}]`,
      'mapping.too-large',
    ],
  ])('refuses %.30s', (text, code) => {
    const { findings, compiled } = loadMapping({ file: 's.yaml', id: 'c/s', text });
    expect(compiled).toBeUndefined();
    expect(findings.map((finding) => finding.code)).toContain(code);
  });
});
