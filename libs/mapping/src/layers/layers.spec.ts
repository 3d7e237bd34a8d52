import { hashOf } from './read-layer.js';
import { effectiveDocument } from './effective-document.js';
import { ruleFingerprint } from './select-rule.js';
import { loadMapping } from '../load-mapping.js';
import type { LoadedMapping } from '../contract.js';

const environment = { timeZone: 'Asia/Shanghai', currency: 'CNY', country: 'CN', lookups: {} };
const shipped = `# as it comes with the connector
mapping: 1
stream: contacts
entity: customer
title: { en: Contacts, zh: 联系人 }
when: { kind: person }
lookups:
  stages: { L: lead, C: customer }
rules:
  - { canonical: kind, constant: person }
  - { canonical: displayName, native: name }
  - { id: mail, canonical: 'contactPoints[kind=email].value', native: email, transform: email }
  - { canonical: lifecycleStage, native: stage, transform: { enum: { table: stages } } }
  - { canonical: note, native: memo }
  - canonical: contacts
    native: people
    list: { key: { canonical: key, native: id } }
    rules:
      - { canonical: name, native: name }
      - { canonical: role, native: job }
`;

const base = { file: 'mappings/crm/contacts.yaml', text: shipped, id: 'crm/contacts' };
const head = 'mapping: 1\nextends: crm/contacts\n';

function load(changes: string, over: Partial<typeof base> = {}): LoadedMapping {
  return loadMapping({ file: 'layer.yaml', id: 'acme/contacts', text: head + changes, base: { ...base, ...over } });
}

function said(changes: string, over: Partial<typeof base> = {}): string[] {
  return load(changes, over)
    .findings.filter(({ code }) => code !== 'mapping.required-not-filled')
    .map(
      ({ file, line, column, severity, code, path, suggestion }) =>
        `${file}:${line}:${column} ${severity} ${code} ${path}${suggestion === undefined ? '' : ` → ${suggestion}`}`,
    );
}

function body(changes: string, row: object): unknown {
  const { compiled, findings } = load(changes);
  if (!compiled) throw new Error(JSON.stringify(findings, null, 1));
  const mapped = compiled.toCanonical(row as never, environment);
  return mapped.ok ? mapped.body : mapped.issues;
}

describe('a layer over a shipped mapping', () => {
  it('adds, replaces and drops rules, and adds and takes entries of tables', () => {
    const changes = `
add:
  - { canonical: extensions.crm.region, native: area }
replace:
  - { rule: displayName, with: { native: full_name, transform: { text: { width: half } }, loses: full-width letters } }
drop: [note]
lookups:
  stages: { P: prospect, C: null }
`;
    expect(said(changes)).toEqual([]);
    expect(body(changes, { full_name: 'Ａ Ltd', name: 'no', area: 'EU', memo: 'x', stage: 'P' })).toEqual({
      kind: 'person',
      displayName: 'A Ltd',
      lifecycleStage: 'prospect',
      extensions: { crm: { region: 'EU' } },
    });
    expect(body(changes, { stage: 'C' })).toMatchObject([{ code: 'mapping.unmapped-value' }]);
  });

  it('changes rules inside a list', () => {
    const changes = 'lists:\n  contacts:\n    drop: [role]\n    replace: [{ rule: name, with: { native: label } }]\n';
    expect(said(changes)).toEqual([]);
    expect(body(changes, { people: [{ id: '1', label: 'Anna', name: 'no', job: 'x' }] })).toMatchObject({
      contacts: [{ key: '1', name: 'Anna' }],
    });
  });

  it('takes a key of a rule away with null, and keeps the others', () => {
    const changes = 'replace: [{ rule: mail, with: { transform: null, direction: in } }]\n';
    const { document } = load(changes);
    expect(document).toContain(
      '{ id: mail, canonical: "contactPoints[kind=email].value", native: email, direction: in }',
    );
  });

  it('gives the whole document as YAML, which maps the same and has the hash of the mapping', () => {
    const changes = 'drop: [note]\nlookups: { stages: { "01": prospect } }\n';
    const { compiled, document = '' } = load(changes);
    expect(compiled?.hash).toBe(hashOf(document));
    expect(effectiveDocument({ file: 'layer.yaml', text: head + changes }, base)).toEqual({ document, findings: [] });
    const again = loadMapping({ file: 'whole.yaml', id: 'acme/contacts', text: document });
    expect(again.findings.filter(({ severity }) => severity === 'error')).toEqual([]);
    const row = { name: 'Anna', stage: '01', people: [{ id: '1', name: 'B', job: 'cto' }] };
    expect(again.compiled?.toCanonical(row, environment)).toEqual(compiled?.toCanonical(row, environment));
    expect(again.compiled?.hash).toBe(compiled?.hash);
    expect(document).toContain('\n  - { canonical: displayName, native: name }\n');
    expect(load(changes).document).toBe(document);
  });

  it('a text without extends is a mapping of its own', () => {
    expect(effectiveDocument({ file: 'own.yaml', text: shipped }, undefined)).toEqual({
      document: shipped,
      findings: [],
    });
    expect(loadMapping({ file: 'own.yaml', id: 'c/s', text: shipped, base }).document).toBeUndefined();
  });

  it.each<[string, string[]]>([
    ['drop: [nope]', ['layer.yaml:3:8 warning mapping.layer-no-rule drop[0] → note']],
    ['drop: [displayNam]', ['layer.yaml:3:8 warning mapping.layer-no-rule drop[0] → displayName']],
    [
      'replace: [{ rule: fullName, with: { native: x } }]',
      ['layer.yaml:3:13 error mapping.layer-no-rule replace[0].rule'],
    ],
    [
      'replace: [{ rule: note, with: { native: x } }]\ndrop: [note]',
      ['layer.yaml:3:13 error mapping.layer-twice replace[0].rule'],
    ],
    [
      'add: [{ canonical: note, native: remark }]',
      ['layer.yaml:3:7 error mapping.layer-conflict add[0] → replace: [{ rule: note, with: … }]'],
    ],
    [
      'add: [{ canonical: customerNumber, native: memo }]',
      ['layer.yaml:3:7 error mapping.layer-conflict add[0] → replace: [{ rule: note, with: … }]'],
    ],
    ['lists: { contact: { drop: [name] } }', ['layer.yaml:3:10 error mapping.layer-no-rule lists.contact → contacts']],
    ['lists: { note: { drop: [name] } }', ['layer.yaml:3:10 error mapping.layer-no-rule lists.note']],
    ['lookups: { stages: { X: null } }', ['layer.yaml:3:22 warning mapping.layer-no-entry lookups.stages.X']],
    ['lookups: { stages: { X: custmer } }', ['layer.yaml:3:22 error mapping.unknown-word lookups.stages.X → customer']],
    ['lookups: { other: { X: y } }', ['layer.yaml:3:12 warning mapping.unused-lookup lookups.other']],
    [
      'add: [{ canonical: customrNumber, native: no }]',
      ['layer.yaml:3:9 error mapping.unknown-path add[0].canonical → customerNumber'],
    ],
    [
      'replace: [{ rule: note, with: { canonical: nte } }]',
      ['layer.yaml:3:33 error mapping.unknown-path replace[0].with.canonical → note'],
    ],
    ['replace: [{ rule: note, with: { transform: { enum: { table: stages } } } }]', []],
    [
      'add: [{ canonical: "__proto__.x", constant: 1 }]',
      ['layer.yaml:3:9 error mapping.dangerous-path add[0].canonical'],
    ],
    ['lookups: { __proto__: { a: b } }', ['layer.yaml:3:1 error mapping.dangerous-path lookups']],
    ['drops: [note]', ['layer.yaml:3:1 error mapping.unknown-key drops → drop']],
    ['when: { kind: persn }', ['layer.yaml:3:9 error mapping.unknown-word when.kind → person']],
    [
      'base: 0123456789abcdef',
      [`layer.yaml:3:1 warning mapping.layer-base-changed base → base: ${hashOf(shipped).slice(0, 12)}`],
    ],
    [`base: ${hashOf(shipped).slice(0, 12)}`, []],
  ])('%s', (changes, findings) => {
    expect(said(`${changes}\n`)).toEqual(findings);
  });

  it('says when an upgrade of the shipped mapping changed, took or claimed what the layer is about', () => {
    const was = ruleFingerprint({ canonical: 'note', native: 'memo' });
    const changes = `add: [{ canonical: extensions.crm.vat, native: vat }]\nreplace: [{ rule: note, with: { native: memo2 }, was: ${was} }]\ndrop: [displayName]\n`;
    expect(said(changes).filter((text) => text.includes('layer-'))).toEqual([]);
    const upgraded = shipped
      .replace('native: memo', 'native: memo, transform: { text: { multiline: true } }')
      .replace('  - { canonical: displayName, native: name }\n', '')
      .replace('rules:\n', 'rules:\n  - { canonical: extensions.crm.vat, native: vat_id }\n');
    expect(said(changes, { text: upgraded })).toEqual([
      'layer.yaml:3:7 error mapping.layer-conflict add[0] → replace: [{ rule: extensions.crm.vat, with: … }]',
      expect.stringMatching(
        /^layer\.yaml:4:13 warning mapping\.layer-rule-changed replace\[0\]\.rule → was: [\w-]{12}$/,
      ) as string,
      'layer.yaml:5:8 warning mapping.layer-no-rule drop[0]',
    ]);
  });

  it('one rule must be meant; both paths tell rules apart', () => {
    const twice = shipped.replace(
      '{ canonical: note, native: memo }',
      '{ canonical: note, native: memo }\n  - { canonical: note, native: remark, direction: in }',
    );
    expect(said('drop: [note]\n', { text: twice })).toEqual([
      'layer.yaml:3:8 error mapping.layer-ambiguous drop[0] → { canonical: note, native: memo }',
    ]);
    expect(said('drop: [{ canonical: note, native: remark }]\n', { text: twice })).toEqual([]);
    expect(said('drop: [{ canonical: note, direction: in }]\n', { text: twice })).toEqual([]);
  });

  it('without the shipped mapping there is nothing to extend', () => {
    expect(said('drop: [note]\n', { id: 'crm/contakts' })).toEqual([
      'layer.yaml:2:1 error mapping.layer-no-base extends → crm/contakts',
    ]);
    const alone = loadMapping({ file: 'layer.yaml', id: 'acme/contacts', text: `${head}drop: [note]\n` });
    expect(alone.findings.map(({ code }) => code)).toEqual(['mapping.layer-no-base']);
    expect(alone.compiled).toBeUndefined();
  });

  it('what is wrong with the shipped mapping stands in its own file', () => {
    const broken = shipped.replace('canonical: displayName', 'canonical: displayNam');
    expect(said('drop: [note]\n', { text: broken })).toEqual([
      'mappings/crm/contacts.yaml:11:7 error mapping.unknown-path rules[1].canonical → displayName',
    ]);
    expect(said('drop: [note]\n', { text: `${shipped}other: 1\n` })).toEqual([
      'mappings/crm/contacts.yaml:21:1 error mapping.unknown-key other',
    ]);
  });

  it('neither text is changed by laying one over the other', () => {
    const before = load('drop: [note]\n').compiled?.hash;
    load('replace: [{ rule: note, with: { native: x } }]\nlookups: { stages: { Z: lead } }\n');
    expect(load('drop: [note]\n').compiled?.hash).toBe(before);
  });
});
