import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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

async function run(...words: string[]): Promise<{ code: number; out: string; err: string }> {
  const terminal = recordedTerminal({ folder });
  const code = await runCli(words, terminal);
  return { code, out: terminal.written(), err: terminal.said() };
}

const contacts = `mapping: 1
stream: contacts
entity: customer
title: { en: Contacts, zh: 联系人 }
rules:
  - { canonical: kind, constant: person }
  - { canonical: displayName, native: properties.firstname }
`;
const row = JSON.stringify({ id: '1', properties: { firstname: '王小明', email: 'wang@acme-corp.com', secret: 'x' } });

beforeEach(() => {
  write('mappings/hubspot/contacts.yaml', contacts);
  write('row.json', row);
});

describe('isthmus mapping trace', () => {
  it('shows both sides and what each rule did, with its line', async () => {
    const { code, out } = await run('mapping', 'trace', 'hubspot/contacts', '--file', 'row.json', '-o', 'table');
    expect(code).toBe(0);
    expect(out).toContain('"displayName": "王小明"');
    expect(out).toMatch(
      /mappings\/hubspot\/contacts\.yaml:7:5\s+properties\.firstname\s+"王小明"\s+displayName\s+"王小明"\s+wrote/,
    );
  });

  it('gives scripts the whole trace, and ends with 1 when the row is refused', async () => {
    write('bad.json', JSON.stringify({ properties: { firstname: 7 } }));
    const { code, out } = await run(
      'mapping',
      'trace',
      'mappings/hubspot/contacts.yaml',
      '--file',
      'bad.json',
      '--json',
    );
    expect(code).toBe(1);
    const [traced] = JSON.parse(out) as [{ rules: { outcome: string }[]; issues: { code: string; path: string }[] }];
    expect(traced.rules.map(({ outcome }) => outcome)).toEqual(['constant', 'refused']);
    expect(traced.issues).toMatchObject([{ code: 'mapping.wrong-type', path: '/properties/firstname' }]);
  });

  it('maps records back', async () => {
    write('record.yaml', 'kind: person\ndisplayName: Anna\n');
    const { out } = await run('mapping', 'trace', 'hubspot/contacts', '--file', 'record.yaml', '--back', '--json');
    expect(JSON.parse(out)).toMatchObject([{ output: { properties: { firstname: 'Anna' } } }]);
  });

  it.each([
    [['trace', 'hubspot/contacts'], /--file/],
    [['trace', 'hubspot/nothing', '--file', 'row.json'], /nothing/],
    [['trace', 'hubspot/contacts', '--file', 'none.json'], /none\.json/],
  ])('%j is wrong usage', async (words, said) => {
    const { code, err } = await run('mapping', ...words);
    expect(code).toBe(4);
    expect(err).toMatch(said);
  });
});

describe('isthmus mapping suggest', () => {
  it('proposes rules as YAML with reasons and changes no file', async () => {
    const { code, out } = await run('mapping', 'suggest', 'hubspot/contacts', '--rows', 'row.json');
    expect(code).toBe(0);
    expect(out).toContain(
      "\n- { canonical: 'contactPoints[kind=email].value', native: properties.email, transform: email, canonicalExtras: { isPrimary: true } }\n",
    );
    expect(out).toContain('e-mail addresses');
    expect(readFileSync(join(folder, 'mappings/hubspot/contacts.yaml'), 'utf8')).toBe(contacts);
  });
});

describe('isthmus mapping coverage', () => {
  it('tells which fields are mapped which way', async () => {
    const { code, out } = await run('mapping', 'coverage', '--json');
    expect(code).toBe(0);
    const [report] = JSON.parse(out) as [
      { totals: { canonical: { both: number; in: number } }; native: { path: string; way: string }[] },
    ];
    expect(report.totals.canonical).toMatchObject({ both: 1, in: 1 });
    expect(report.native).toContainEqual(expect.objectContaining({ path: 'properties.email', way: 'unmapped' }));
  });

  it('prints a table, on request of what is left out only', async () => {
    const { out } = await run('mapping', 'coverage', '--unmapped', '-o', 'table', '--lang', 'zh-CN');
    expect(out).toMatch(/^hubspot\/contacts: 规范字段 双向 1/);
    expect(out).not.toMatch(/^\/displayName/m);
    expect(out).toMatch(/^\/note/m);
  });
});

describe('isthmus mapping laws', () => {
  it('prints runs, rules at work and the result of each law', async () => {
    const { code, out } = await run('mapping', 'laws', '--runs', '40', '-o', 'table');
    expect(code).toBe(0);
    for (const law of ['get-put', 'put-get', 'stable'])
      expect(out).toMatch(new RegExp(`^hubspot/contacts\\s+${law}\\s+\\d+\\s+\\d+\\s+3/3\\s+holds`, 'm'));
  });

  it('ends with 1 and shows the field and the seed where a law breaks', async () => {
    write(
      'mappings/hubspot/contacts.yaml',
      `${contacts}  - { canonical: note, native: properties.n, nativeDefault: none }\n`,
    );
    const { code, out } = await run('mapping', 'laws', '--runs', '40', '-o', 'table');
    expect(code).toBe(1);
    expect(out).toMatch(/get-put \/note rules\[2\]: - → "none" \(seed \d+\)/);
  });
});

describe('isthmus mapping save-sample', () => {
  const words = ['mapping', 'save-sample', 'hubspot/contacts', '--file', 'row.json', '--name', 'Captured'];

  it('adds a masked row with its expectations, which then pass', async () => {
    expect((await run(...words)).code).toBe(0);
    const text = readFileSync(join(folder, 'mappings/hubspot/contacts.samples.yaml'), 'utf8');
    expect(text).toContain('name: Captured');
    for (const secret of ['小明', 'wang@', 'secret']) expect(text).not.toContain(secret);
    expect(await run('mapping', 'test')).toMatchObject({ code: 0, out: 'PASS hubspot/contacts › Captured\n' });
    expect((await run(...words.slice(0, -1), 'Second')).code).toBe(0);
    expect((await run('mapping', 'test')).out).toContain('PASS hubspot/contacts › Second');
  });

  it('writes nothing on a dry run', async () => {
    expect((await run(...words, '--dry-run')).out).toContain('name: Captured');
    expect(existsSync(join(folder, 'mappings/hubspot/contacts.samples.yaml'))).toBe(false);
  });
});
