import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { recordedTerminal } from '../../recorded-terminal.spec-data.js';
import { runCli } from '../../run.js';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'isthmus-cli-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(path: string, text: string): void {
  mkdirSync(join(folder, path, '..'), { recursive: true });
  writeFileSync(join(folder, path), text);
}

async function run(line: string, where = folder): Promise<{ code: number; out: string; err: string }> {
  const terminal = recordedTerminal({ folder: where });
  const code = await runCli(line.split(' '), terminal);
  return { code, out: terminal.written(), err: terminal.said() };
}

const contacts = (native: string, canonical = 'displayName'): string => `mapping: 1
stream: contacts
entity: customer
title: { en: Contacts, zh: 联系人 }
rules:
  - { canonical: kind, constant: person }
  - { canonical: ${canonical}, native: ${native} }
`;

describe('isthmus mapping check', () => {
  it('finds no error in the shipped mappings', async () => {
    const { code, out } = await run('mapping check --json', join(__dirname, '../../../../..'));
    const check = JSON.parse(out) as { files: number; errors: number; nativeUnchecked: string[] };
    expect([code, check.errors]).toEqual([0, 0]);
    expect(check.files).toBeGreaterThan(10);
    expect(check.nativeUnchecked.every((file) => file.startsWith('mappings/files/'))).toBe(true);
  });

  it('falls back on the shipped mappings where the folder has none', async () => {
    const { code, err } = await run('mapping check');
    expect(code).toBe(0);
    expect(err).toMatch(/\d+ mappings, 0 errors/);
  });

  it('points at an unknown field as a compiler does, and ends with 4', async () => {
    write('mappings/hubspot/contacts.yaml', contacts('properties.firstname', 'displayNam'));
    const { code, out, err } = await run('mapping check');
    expect(code).toBe(4);
    expect(out).toMatch(
      /^mappings\/hubspot\/contacts\.yaml:7:\d+ mapping\.unknown-path .*displayNam.*\(try: displayName\)$/m,
    );
    expect(err).toContain('1 errors');
  });

  it('warns of a native field that the stream does not name, and does not fail for it', async () => {
    write('mappings/hubspot/contacts.yaml', contacts('propertie.firstname'));
    expect(await run('mapping check --lang zh-CN --quiet')).toEqual({
      code: 0,
      out: expect.stringMatching(
        /^mappings\/hubspot\/contacts\.yaml:7:\d+ mapping\.unknown-native-path 警告：.*（建议：properties\.firstname）\n$/,
      ) as string,
      err: '',
    });
  });

  it('refuses a file that is named like no stream of its connector', async () => {
    write('mappings/hubspot/contact.yaml', contacts('properties.firstname'));
    const { code, out } = await run('mapping check');
    expect(code).toBe(4);
    expect(out).toMatch(/^mappings\/hubspot\/contact\.yaml:1:1 mapping\.unknown-stream .*\(try: contacts\)/);
  });

  it('checks what it can of a mapping whose native fields only a connection knows, and says so', async () => {
    write('mappings/rest/contacts.yaml', contacts('anything'));
    const { code, err } = await run('mapping check mappings/rest');
    expect(code).toBe(0);
    expect(err).toContain('mappings/rest/contacts.yaml');
  });

  it('checks a layer wherever it lies, laid over the shipped mapping that it extends', async () => {
    const head = 'mapping: 1\nextends: hubspot/companies\n';
    write('crm/own.yaml', `${head}add: [{ canonical: extensions.crm.heading, native: properties.heading }]\n`);
    expect(await run('mapping check crm/own.yaml')).toEqual({
      code: 0,
      out: '',
      err: '1 mappings, 0 errors, 0 warnings\n',
    });
    write('crm/old.yaml', `${head}base: 0123456789abcdef\ndrop: [notes]\n`);
    const old = await run('mapping check crm/old.yaml');
    expect([old.code, old.out.split('\n')]).toEqual([
      0,
      [
        expect.stringMatching(
          /^crm\/old\.yaml:3:1 mapping\.layer-base-changed warning: .*\(try: base: \w{12}\)$/,
        ) as string,
        expect.stringMatching(/^crm\/old\.yaml:4:8 mapping\.layer-no-rule warning: .*\(try: note\)$/) as string,
        '',
      ],
    ]);
  });

  it('refuses a layer that adds what the shipped mapping fills, or that extends nothing, or an unknown native field', async () => {
    const refused = async (text: string): Promise<string> => {
      write('layer.yaml', `mapping: 1\n${text}`);
      const { code, out } = await run('mapping check layer.yaml');
      expect(code).toBe(4);
      return out;
    };
    expect(
      await refused('extends: hubspot/companies\nadd:\n  - { canonical: note, native: properties.other }\n'),
    ).toMatch(/^layer\.yaml:4:5 mapping\.layer-conflict .*\(try: replace: \[\{ rule: note, with: … \}\]\)$/m);
    expect(
      await refused('extends: hubspot/companies\nreplace:\n  - { rule: note, with: { canonical: nte } }\n'),
    ).toMatch(/^layer\.yaml:4:\d+ mapping\.unknown-path .*\(try: note\)$/m);
    expect(await refused('extends: hubspot/company\ndrop: [note]\n')).toMatch(/^layer\.yaml:/);
  });

  it('survives what is no mapping at all', async () => {
    write('mappings/hubspot/contacts.yaml', '- [unclosed');
    write('mappings/hubspot/companies.yaml', '42');
    write('mappings/hubspot/orders.yaml', '');
    const { code, out } = await run('mapping check');
    expect(code).toBe(4);
    for (const name of ['contacts', 'companies', 'orders']) expect(out).toContain(`mappings/hubspot/${name}.yaml:1:`);
  });
});

describe('isthmus mapping test', () => {
  const sample = (name: string): string => `- name: A person
  row: { properties: { firstname: 小明 } }
  canonical: { kind: person, displayName: ${name} }
`;

  it('passes the shipped samples', async () => {
    const { code, out } = await run('mapping test --json', join(__dirname, '../../../../..'));
    const { passed, failed } = JSON.parse(out) as { passed: number; failed: number };
    expect([code, failed]).toEqual([0, 0]);
    expect(passed).toBeGreaterThan(20);
  });

  it('prints PASS for a sample that maps as expected', async () => {
    write('mappings/hubspot/contacts.yaml', contacts('properties.firstname'));
    write('mappings/hubspot/contacts.samples.yaml', sample('小明'));
    expect(await run('mapping test')).toEqual({
      code: 0,
      out: 'PASS hubspot/contacts › A person\n',
      err: '1 passed, 0 failed\n',
    });
  });

  it('prints FAIL with what was expected and what came, and ends with 1', async () => {
    write('mappings/hubspot/contacts.yaml', contacts('properties.firstname'));
    write('mappings/hubspot/contacts.samples.yaml', sample('大明'));
    const { code, out } = await run('mapping test mappings/hubspot/contacts.samples.yaml');
    expect(code).toBe(1);
    expect(out).toBe(
      [
        'FAIL hubspot/contacts › A person',
        '  toCanonical',
        '    /displayName',
        '      - "大明"',
        '      + "小明"',
        '',
      ].join('\n'),
    );
  });

  it('fails where the mapping itself is wrong, with its findings', async () => {
    write('mappings/hubspot/contacts.yaml', contacts('properties.firstname', 'displayNam'));
    write('mappings/hubspot/contacts.samples.yaml', sample('小明'));
    const { code, out } = await run('mapping test');
    expect(code).toBe(1);
    expect(out).toMatch(/^FAIL hubspot\/contacts\n {2}mappings\/hubspot\/contacts\.yaml:7:\d+ mapping\.unknown-path/);
  });

  it('writes what the mapping does now as expectation when asked to, and the results as JUnit XML', async () => {
    write('mappings/hubspot/contacts.yaml', contacts('properties.firstname'));
    write('mappings/hubspot/contacts.samples.yaml', `# kept\n${sample('大明')}`);
    const { code, err } = await run('mapping test --update --junit results.xml');
    expect(code).toBe(0);
    expect(err).toContain('mappings/hubspot/contacts.samples.yaml: 1 samples updated: A person');
    const samples = readFileSync(join(folder, 'mappings/hubspot/contacts.samples.yaml'), 'utf8');
    expect(samples).toContain('# kept');
    expect(samples).toContain('displayName: 小明');
    expect(readFileSync(join(folder, 'results.xml'), 'utf8')).toContain('<testsuites tests="1" failures="0">');
  });

  it('writes a failure into the JUnit XML with its markup escaped', async () => {
    write('mappings/hubspot/contacts.yaml', contacts('properties.firstname'));
    write('mappings/hubspot/contacts.samples.yaml', sample('<b>'));
    expect((await run('mapping test --junit results.xml')).code).toBe(1);
    const xml = readFileSync(join(folder, 'results.xml'), 'utf8');
    expect(xml).toContain('failures="1"');
    expect(xml).toContain('&lt;b&gt;');
    expect(xml).not.toContain('<b>');
  });

  it('names mappings without samples', async () => {
    write('mappings/hubspot/contacts.yaml', contacts('properties.firstname'));
    const { code, err } = await run('mapping test');
    expect([code, err]).toEqual([0, 'Without samples: mappings/hubspot/contacts.yaml\n0 passed, 0 failed\n']);
  });
});
