import type { Json, JsonObject } from '@isthmus/json';
import type { CompiledMapping, MapEnvironment, ResolveReference } from '../contract.js';
import { loadMapping } from '../load-mapping.js';

const environment: MapEnvironment = { timeZone: 'Asia/Shanghai', currency: 'CNY', country: 'CN', lookups: {} };
const nowhere: ResolveReference = () => undefined;

function mapping(rules: string, entity = 'customer', more = ''): CompiledMapping {
  const text = `mapping: 1\nstream: s\nentity: ${entity}\ntitle: { en: S, zh: 流 }\n${more}rules:\n${rules
    .trim()
    .split('\n')
    .map((line) => `  ${line.trimEnd()}`)
    .join('\n')}\n`;
  const { compiled, findings } = loadMapping({ file: 's.yaml', id: 'c/s', text });
  if (!compiled) throw new Error(JSON.stringify(findings, null, 1));
  return compiled;
}

function bodyOf(compiled: CompiledMapping, row: JsonObject, env = environment): JsonObject {
  const result = compiled.toCanonical(row, env);
  if (!result.ok) throw new Error(JSON.stringify(result.issues));
  return result.body;
}

function rowOf(compiled: CompiledMapping, body: JsonObject, resolve = nowhere): JsonObject {
  const result = compiled.toNative(body, environment, resolve);
  if (!result.ok) throw new Error(JSON.stringify(result.issues));
  return result.row;
}

function issuesOf(compiled: CompiledMapping, row: JsonObject): string[] {
  const result = compiled.toCanonical(row, environment);
  return result.ok ? [] : result.issues.map(({ code, path, target }) => `${code} ${path} ${target ?? ''}`);
}

describe('empty and absent', () => {
  const plain = mapping('- { canonical: note, native: a.note }');

  it.each<[JsonObject, JsonObject]>([
    [{ a: { note: 'x' } }, { note: 'x' }],
    [{ a: { note: null } }, { note: null }],
    [{ a: { note: '  ' } }, { note: null }],
    [{ a: null }, { note: null }],
    [{ a: {} }, {}],
    [{}, {}],
  ])('%j reads as %j', (row, body) => {
    expect(bodyOf(plain, row)).toEqual(body);
  });

  it.each<[string, JsonObject, JsonObject]>([
    ['- { canonical: note, native: n, empty: keep }', { n: '' }, {}],
    ['- { canonical: note, native: n, default: none }', { n: '' }, { note: 'none' }],
    ['- { canonical: note, native: n, default: none }', {}, { note: 'none' }],
    ['- { canonical: note, native: n, emptyNative: "0" }', { n: '0' }, { note: null }],
  ])('%s reads %j as %j', (rule, row, body) => {
    expect(bodyOf(mapping(rule), row)).toEqual(body);
  });

  it.each<[string, JsonObject]>([
    ['- { canonical: note, native: n }', { n: null }],
    ['- { canonical: note, native: n, emptyNative: "" }', { n: '' }],
    ['- { canonical: note, native: n, emptyNative: "0" }', { n: '0' }],
    ['- { canonical: note, native: n, emptyNative: omit }', {}],
    ['- { canonical: note, native: n, nativeDefault: none }', { n: 'none' }],
  ])('%s writes a record without a value as %j', (rule, row) => {
    expect(rowOf(mapping(rule), {})).toEqual(row);
    expect(rowOf(mapping(rule), { note: null })).toEqual(row);
  });
});

describe('constants', () => {
  const compiled = mapping(`
- { canonical: kind, constant: person }
- { canonical: attribution, constant: { channel: web, state: s1 } }
- { canonical: attribution.campaign, native: campaign }
- { native: properties.pipeline, constant: default }
- { native: meta, constant: { a: { b: 1 } } }
- { native: meta.c, constant: 2 }
`);

  it('fill one side and merge into objects', () => {
    expect(bodyOf(compiled, { campaign: 'c' })).toEqual({
      kind: 'person',
      attribution: { channel: 'web', state: 's1', campaign: 'c' },
    });
    expect(rowOf(compiled, {})).toEqual({
      campaign: null,
      properties: { pipeline: 'default' },
      meta: { a: { b: 1 }, c: 2 },
    });
  });

  it('are new objects for every record', () => {
    const [first, second] = [bodyOf(compiled, {}), bodyOf(compiled, {})];
    (first['attribution'] as JsonObject)['channel'] = 'changed';
    expect(second['attribution']).toEqual({ channel: 'web', state: 's1' });
  });
});

describe('first-of', () => {
  const compiled = mapping(`
- { canonical: displayName, native: name }
- { canonical: displayName, native: nick, direction: in }
- { canonical: displayName, native: email, direction: in, default: unknown }
`);

  it.each<[JsonObject, string]>([
    [{ name: 'N', nick: 'K' }, 'N'],
    [{ name: '', nick: 'K' }, 'K'],
    [{ name: null, email: 'e' }, 'e'],
    [{}, 'unknown'],
  ])('%j gives %s', (row, name) => {
    expect(bodyOf(compiled, row)['displayName']).toBe(name);
  });

  it('writes only through the two-way rule', () => {
    expect(rowOf(compiled, { displayName: 'X' })).toEqual({ name: 'X' });
  });
});

describe('conditions', () => {
  const compiled = mapping(
    `
- { canonical: kind, native: isCompany, transform: { boolean: {} }, direction: in, when: { canonical: { kind: never } } }
- { canonical: kind, constant: organization, when: { native: { isCompany: true } } }
- { canonical: kind, constant: person, when: { native: { isCompany: [false, null] } } }
- { canonical: organization.legalName, native: name, when: { kind: organization } }
- { canonical: person.fullName, native: name, when: { kind: person } }
- { native: isCompany, constant: true, when: { kind: organization } }
`.replace(/^- \{ canonical: kind, native.*\n/m, ''),
  );

  it('of the source look at the source, those of the target at what was written before', () => {
    expect(bodyOf(compiled, { isCompany: true, name: 'ACME' })).toEqual({
      kind: 'organization',
      organization: { legalName: 'ACME' },
    });
    expect(bodyOf(compiled, { isCompany: false, name: 'Anna' })).toEqual({
      kind: 'person',
      person: { fullName: 'Anna' },
    });
    expect(rowOf(compiled, { kind: 'organization', organization: { legalName: 'ACME' } })).toEqual({
      name: 'ACME',
      isCompany: true,
    });
    expect(rowOf(compiled, { kind: 'person', person: { fullName: 'Anna' } })).toEqual({ name: 'Anna' });
  });

  it('of the document say which records live in the stream', () => {
    const people = mapping(
      '- { canonical: displayName, native: n }',
      'customer',
      'when: { kind: person, lifecycleStage: [lead, null] }\n',
    );
    expect(people.accepts({ kind: 'person' })).toBe(true);
    expect(people.accepts({ kind: 'person', lifecycleStage: 'lead' })).toBe(true);
    expect(people.accepts({ kind: 'person', lifecycleStage: 'member' })).toBe(false);
    expect(people.accepts({ kind: 'organization' })).toBe(false);
  });
});

describe('keyed lists', () => {
  const compiled = mapping(`
- { canonical: 'contactPoints[kind=email].value', native: email, transform: email, canonicalExtras: { isPrimary: true } }
- { canonical: 'contactPoints[kind=mobile].value', native: mobile, transform: phone }
- { canonical: 'contactPoints[kind=mobile][1].value', native: mobile2, transform: phone }
- { canonical: 'addresses[key=main].use', constant: billing }
- { canonical: 'addresses[key=main].city', native: city }
- { canonical: 'addresses[key=main].region', native: state }
`);

  it('hold an item for each real value, in the order of the rules', () => {
    expect(
      bodyOf(compiled, { email: 'A@B.com', mobile: '', mobile2: '13800138000', city: 'Köln', state: null }),
    ).toEqual({
      contactPoints: [
        { kind: 'email', value: 'A@b.com', isPrimary: true },
        { kind: 'mobile', value: '+8613800138000' },
      ],
      addresses: [{ key: 'main', use: 'billing', city: 'Köln', region: null }],
    });
    expect(bodyOf(compiled, { email: null, mobile: null, city: '' })).toEqual({ contactPoints: [], addresses: [] });
  });

  it('become one item when two fields hold the same key', () => {
    expect(bodyOf(compiled, { mobile: '13800138000', mobile2: '138 0013 8000' })).toMatchObject({
      contactPoints: [{ kind: 'mobile', value: '+8613800138000' }],
    });
  });

  it('are written from the primary item first', () => {
    const contactPoints: Json = [
      { kind: 'mobile', value: '+8613800138001' },
      { kind: 'mobile', value: '+8613800138002', isPrimary: true },
    ];
    expect(rowOf(compiled, { contactPoints })).toEqual({
      email: null,
      mobile: '+8613800138002',
      mobile2: '+8613800138001',
      city: null,
      state: null,
    });
  });

  it('say what they read, with the fields that selectors and extras fill', () => {
    expect(compiled.reads).toEqual(
      expect.arrayContaining([
        '/contactPoints/*/kind',
        '/contactPoints/*/value',
        '/contactPoints/*/isPrimary',
        '/addresses/*/key',
        '/addresses/*/city',
      ]),
    );
    expect(compiled.writes).not.toContain('/addresses/*/use');
  });
});

describe('references', () => {
  const compiled = mapping(
    `
- { canonical: customerId, native: 'associations.companies[0]', reference: { entity: customer, stream: companies } }
- { canonical: customerId, native: 'associations.contacts[0]', reference: { entity: customer, stream: contacts } }
- { canonical: reservationIds, native: holds, reference: { entity: reservation, stream: holds } }
`,
    'order',
  );
  const resolve: ResolveReference = ({ entity, id }) =>
    entity === 'customer' && id === 'u1' ? { stream: 'contacts', id: '77' } : undefined;

  it('come in as rows of their stream', () => {
    expect(bodyOf(compiled, { associations: { companies: [], contacts: ['77'] }, holds: ['a', 'b'] })).toEqual({
      customerId: { native: { stream: 'contacts', id: '77' } },
      reservationIds: [{ native: { stream: 'holds', id: 'a' } }, { native: { stream: 'holds', id: 'b' } }],
    });
  });

  it('go out only into the field of the stream they resolve to', () => {
    expect(rowOf(compiled, { customerId: { id: 'u1' } }, resolve)).toEqual({
      associations: { companies: [], contacts: ['77'] },
      holds: null,
    });
    expect(rowOf(compiled, { customerId: { native: { stream: 'companies', id: '5' } } })).toEqual({
      associations: { companies: ['5'], contacts: [] },
      holds: null,
    });
  });

  it('that cannot be resolved are left out of the row', () => {
    expect(rowOf(compiled, { customerId: { id: 'u2' } }, resolve)).toEqual({ holds: null });
  });

  it('are never made of a number', () => {
    expect(issuesOf(compiled, { associations: { contacts: [77] } })).toEqual([
      'mapping.wrong-type /associations/contacts/0 /customerId',
    ]);
  });
});

describe('lists of sub-records', () => {
  const compiled = mapping(
    `
- canonical: lines
  native: lineItems
  list: { key: { canonical: lineId, native: id } }
  rules:
    - { canonical: quantity, native: qty, transform: { quantity: { unit: C62, as: number } } }
    - { canonical: 'options[name=colour].value', native: colour }
    - { canonical: unitPrice, native: price, transform: { money: { currencyFrom: { native: cur, canonical: currency } } } }
- { canonical: currency, native: cur, transform: currency }
`,
    'order',
  );
  const row = {
    cur: 'USD',
    lineItems: [
      { id: 'a', qty: 2, colour: 'red', price: '9.9' },
      { id: 'b', qty: 1, colour: null, price: null },
    ],
  };
  const body = {
    lines: [
      {
        lineId: 'a',
        quantity: { value: '2', unit: 'C62' },
        options: [{ name: 'colour', value: 'red' }],
        unitPrice: { amount: '9.90', currency: 'USD' },
      },
      { lineId: 'b', quantity: { value: '1', unit: 'C62' }, options: [], unitPrice: null },
    ],
    currency: 'USD',
  };

  it('are mapped item by item, both ways', () => {
    expect(bodyOf(compiled, row)).toEqual(body);
    expect(rowOf(compiled, body)).toEqual({
      ...row,
      lineItems: [{ ...row.lineItems[0], price: '9.9' }, row.lineItems[1]],
    });
  });

  it('name the item in an issue', () => {
    expect(issuesOf(compiled, { lineItems: [{ id: 'a', qty: 1 }, { id: 'b', qty: 'many' }, 'x'] })).toEqual([
      'decimal.syntax /lineItems/1/qty /lines/1/quantity',
      'mapping.wrong-type /lineItems/2 /lines/2',
    ]);
  });

  it('refuse items that cannot be told apart', () => {
    expect(issuesOf(compiled, { lineItems: [{ id: 'a' }, { id: 'a' }] })).toEqual([
      'mapping.duplicate-key /lineItems/1 /lines/1',
    ]);
    expect(issuesOf(compiled, { lineItems: [{ qty: 1 }] })).toEqual(['mapping.missing-key /lineItems/0 /lines/0']);
  });

  it('are empty lists when there is nothing', () => {
    expect(bodyOf(compiled, { lineItems: null })).toEqual({ lines: [] });
    expect(bodyOf(compiled, {})).toEqual({});
    expect(rowOf(compiled, {})).toEqual({ cur: null, lineItems: [] });
  });
});

describe('types', () => {
  const compiled = mapping(`
- { canonical: displayName, native: name }
- { canonical: lifecycleStage, native: stage }
- { canonical: credit.termsDays, native: days }
- { canonical: attribution.firstTouchAt, native: first }
- { canonical: extensions.raw, native: raw }
- { canonical: note, native: a.b.c }
`);

  it.each<[JsonObject, string]>([
    [{ name: 7 }, 'mapping.wrong-type /name /displayName'],
    [{ name: ['x'] }, 'mapping.wrong-type /name /displayName'],
    [{ name: 'a\u0000b' }, 'mapping.dangerous-text /name /displayName'],
    [{ name: 'a\ud800' }, 'mapping.dangerous-text /name /displayName'],
    [{ stage: 'Lead' }, 'mapping.unmapped-value /stage /lifecycleStage'],
    [{ days: 1.5 }, 'mapping.wrong-type /days /credit/termsDays'],
    [{ first: 'soon' }, 'instant.syntax /first /attribution/firstTouchAt'],
    [{ a: 'text' }, 'mapping.wrong-type /a/b/c /note'],
    [{ raw: { deep: [{ x: '\u0000' }] } }, 'mapping.dangerous-text /raw /extensions/raw'],
    [JSON.parse('{"raw":{"__proto__":{"x":1}}}') as JsonObject, 'mapping.dangerous-key /raw /extensions/raw'],
  ])('%j is refused: %s', (row, issue) => {
    expect(issuesOf(compiled, row)).toEqual([issue]);
  });

  it('reports every refused field of a record at once', () => {
    expect(issuesOf(compiled, { name: 7, stage: 'x', days: 'y' })).toHaveLength(3);
  });

  it('cleans texts as the model wants them', () => {
    expect(bodyOf(compiled, { name: '  Anna\u00a0 Berg ', a: { b: { c: 'x \r\n y' } } })).toEqual({
      displayName: 'Anna Berg',
      note: 'x\ny',
    });
  });
});

describe('value tables', () => {
  const compiled = mapping(
    '- { canonical: lifecycleStage, native: stage, transform: { enum: { table: stages } } }',
    'customer',
    'lookups: { stages: { a: lead, 1: member } }\n',
  );

  it('take entries of the connection over those of the document', () => {
    const own = { ...environment, lookups: { stages: { a: 'prospect', z: 'churned' } } };
    expect(bodyOf(compiled, { stage: 'a' })).toEqual({ lifecycleStage: 'lead' });
    expect(bodyOf(compiled, { stage: 1 })).toEqual({ lifecycleStage: 'member' });
    expect(bodyOf(compiled, { stage: 'a' }, own)).toEqual({ lifecycleStage: 'prospect' });
    expect(bodyOf(compiled, { stage: 'z' }, own)).toEqual({ lifecycleStage: 'churned' });
    expect(bodyOf(compiled, { stage: '1' }, own)).toEqual({ lifecycleStage: 'member' });
  });

  it('park a record with an unknown code, naming table and value', () => {
    const result = compiled.toCanonical({ stage: 'toString' }, environment);
    expect(result).toEqual({
      ok: false,
      issues: [
        expect.objectContaining({
          code: 'mapping.unmapped-value',
          path: '/stage',
          target: '/lifecycleStage',
          message: expect.objectContaining({
            en: 'the value "toString" has no entry in the table "stages"',
          }) as unknown,
        }),
      ],
    });
    expect(compiled.toNative({ lifecycleStage: 'churned' }, environment, nowhere)).toMatchObject({
      ok: false,
      issues: [{ code: 'mapping.unmapped-value', path: '/lifecycleStage' }],
    });
  });
});

it('the hash follows the text', () => {
  expect(mapping('- { canonical: note, native: a }').hash).not.toBe(mapping('- { canonical: note, native: b }').hash);
  expect(mapping('- { canonical: note, native: a }').hash).toBe(mapping('- { canonical: note, native: a }').hash);
});

describe('what a mapping gives up on the way', () => {
  const text = `
mapping: 1
stream: clients
entity: customer
title: { en: Clients, zh: 客户 }
rules:
  - { canonical: kind, constant: organization }
  - canonical: displayName
    native: name
    transform: { text: { cut: { max: 5, onTooLong: cut } } }
    loses: what stands behind the fifth character
`;
  const environment = { timeZone: 'Asia/Shanghai', currency: 'CNY', country: 'CN', lookups: {} };

  it('is told with both places, in both directions, and nothing is told when nothing was lost', () => {
    const { compiled, findings } = loadMapping({ file: 'clients.yaml', text, id: 'shop/clients' });
    expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
    const lost = { code: 'mapping.text-cut', path: '/name', target: '/displayName' };
    expect(compiled?.toCanonical({ name: 'Alexander' }, environment)).toMatchObject({
      ok: true,
      body: { displayName: 'Alexa' },
      warnings: [lost],
    });
    expect(
      compiled?.toNative({ kind: 'organization', displayName: 'Alexander' }, environment, () => undefined),
    ).toMatchObject({ ok: true, warnings: [{ ...lost, path: '/displayName', target: '/name' }] });
    expect(compiled?.toCanonical({ name: 'Alex' }, environment)).not.toHaveProperty('warnings');
  });
});
