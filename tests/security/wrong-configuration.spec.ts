import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectors } from '@isthmus/connectors';
import { createLogger } from '@isthmus/platform';
import { startHub } from '../../apps/hub/src/start-hub.js';
import { testLedger } from '../support/ledger.js';
import type { TestLedger } from '../support/ledger.js';

jest.setTimeout(90_000);

const GOOD = readFileSync(join(__dirname, '../../demo/isthmus.yaml'), 'utf8');

describe('a wrong configuration file', () => {
  let ledger: TestLedger;
  const folder = mkdtempSync(join(tmpdir(), 'isthmus-config-'));
  beforeAll(async () => {
    ledger = await testLedger();
  });
  afterAll(async () => {
    await ledger?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** What the start says of the file; it must not start. */
  async function refusal(
    text: string | Buffer,
    environment: Record<string, string> = {},
  ): Promise<Error & { faults?: { code: string; line: number; column: number; message: string }[] }> {
    const configFile = join(folder, 'isthmus.yaml');
    writeFileSync(configFile, text);
    const settings = {
      port: 0,
      host: '127.0.0.1',
      dataDir: folder,
      role: 'all' as const,
      logLevel: 'silent' as const,
      apiKey: 'test-key-0123456789abcdef',
      databaseUrl: ledger.url,
      configFile,
    };
    const started = await startHub(settings, {
      connectors,
      environment,
      logger: createLogger({ level: 'silent' }),
    }).catch((error: unknown) => error as Error);
    if (!(started instanceof Error)) {
      await started.stop();
      throw new Error('the hub started with a wrong configuration');
    }
    return started;
  }

  const lineOf = (text: string, mark: string): number => text.slice(0, text.indexOf(mark)).split('\n').length;
  const changed = (from: string, to: string): { text: string; line: number } => {
    expect(GOOD).toContain(from);
    const text = GOOD.replace(from, to);
    return { text, line: lineOf(text, to.trim().split('\n')[0]!) };
  };

  it.each([
    ['an unknown connector', 'connector: hubspot', 'connector: hubspott', 'config.unknown-connector', /hubspot/],
    ['a setting that is missing', "      clientId: '200001'\n", '', 'config.settings', /clientId|Client/i],
    ['a setting with a wrong name', 'outerInstanceId:', 'outerInstanceID:', 'config.settings', /outerInstanceId/],
    [
      'a setting of the wrong type',
      'requestsPerSecond: 50\n    environment:',
      'requestsPerSecond: fast\n    environment:',
      'config.settings',
      /number|integer|数/i,
    ],
    ['an unknown entity', 'entity: customer\n', 'entity: custommer\n', 'config.unknown-entity', /customer/],
    [
      'a flow with an unknown connection',
      '{ connection: erp, streams: [customers] }',
      '{ connection: erpp, streams: [customers] }',
      'config.unknown-connection',
      /erpp/,
    ],
    [
      'a flow with an unknown stream',
      'streams: [contacts, companies]',
      'streams: [contact, companies]',
      'config.unknown-stream',
      /contacts/,
    ],
    [
      'an owner that is no member',
      'credit: { resolve: owner, owner: erp, strict: true }',
      'credit: { resolve: owner, owner: nobody, strict: true }',
      'config.unknown-owner',
      /nobody/,
    ],
    [
      'a policy without its owner',
      'credit: { resolve: owner, owner: erp, strict: true }',
      'credit: { resolve: owner, strict: true }',
      'config.no-owner',
      /owner/,
    ],
    [
      'a policy for a field that the entity does not have',
      'credit: { resolve: owner, owner: erp, strict: true }',
      'credits: { resolve: owner, owner: erp, strict: true }',
      'config.unknown-field',
      /Did you mean credit\?/,
    ],
    [
      'a union of what is no list',
      'credit: { resolve: owner, owner: erp, strict: true }',
      'displayName: { resolve: union }',
      'config.policy-not-list',
      /displayName is none/,
    ],
    [
      'a maximum of what has no order',
      'credit: { resolve: owner, owner: erp, strict: true }',
      'credit: { resolve: maximum }',
      'config.policy-not-ordered',
      /credit is none/,
    ],
    [
      'a union as the default',
      'default: { resolve: latest }\n      fields:\n        # The ERP decides',
      'default: { resolve: union }\n      fields:\n        # The ERP decides',
      'config.policy-not-list',
      /default/,
    ],
    [
      'a ranking with a stranger',
      'credit: { resolve: owner, owner: erp, strict: true }',
      'credit: { resolve: ranking, ranking: [hub, erp, nobody] }',
      'config.unknown-ranked',
      /nobody/,
    ],
    [
      'an unknown key',
      'policy:\n      default: { resolve: latest }\n      fields:\n        # The ERP decides',
      'polycy:\n      default: { resolve: latest }\n      fields:\n        # The ERP decides',
      'config.form',
      /policy/,
    ],
    ['a bad id', '- id: crm', '- id: C R M', 'config.form', /id/],
    [
      'a variable that is not set',
      '${CRM_TOKEN:-sandbox-hubspot-token}',
      '${CRM_TOKEN_OF_PRODUCTION}',
      'config.unset-variable',
      /CRM_TOKEN_OF_PRODUCTION/,
    ],
    [
      'a key that stands twice',
      '    title: CRM (HubSpot)\n',
      '    title: CRM (HubSpot)\n    title: Again\n',
      'config.yaml',
      /unique|dupl/i,
    ],
    ['a broken indent', '  - id: erp\n', ' - id: erp\n', 'config.yaml', /./],
    ['an open bracket', 'streams: [materials]', 'streams: [materials', 'config.yaml', /./],
    [
      'a prototype key',
      '      fields:\n        # The ERP decides',
      '      fields:\n        constructor: { resolve: latest }\n        # The ERP decides',
      'config.dangerous-key',
      /constructor/,
    ],
  ])('is refused for %s, with line, column and what to do', async (_name, from, to, code, words) => {
    const { text } = changed(from, to);
    const error = await refusal(text);
    expect(error.name).toBe('ConfigurationError');
    const [fault] = error.faults ?? [];
    expect(error.faults?.map((item) => item.code)).toContain(code);
    expect(fault?.line).toBeGreaterThan(1);
    expect(fault?.column).toBeGreaterThan(0);
    expect(error.message).toMatch(/nothing was changed/);
    expect(error.message).toMatch(words);
    expect(error.message).not.toMatch(/sandbox-hubspot-token|sandbox-kingdee-secret|at .*\.ts:/);
  });

  it('names the exact place', async () => {
    const { text, line } = changed('connector: hubspot', 'connector: hubspott');
    const error = await refusal(text);
    expect(error.faults).toEqual([
      expect.objectContaining({
        code: 'config.unknown-connector',
        line,
        column: 16,
        message: expect.stringContaining('Did you mean hubspot?'),
      }),
    ]);
  });

  const layers = (width: number): string =>
    [
      'a: &a [x,x,x,x,x,x,x,x,x]',
      ...Array.from(
        'bcdefghi',
        (name, index) =>
          `${name}: &${name} [${Array.from({ length: width }, () => `*${'abcdefghi'[index]}`).join(',')}]`,
      ),
    ].join('\n');

  it.each([
    ['a YAML bomb of aliases', `${layers(9)}\nconnections: []\nflows: []\n`],
    ['an alias that holds itself', 'connections: &a [*a]\nflows: []\n'],
    ['20,000 levels', `connections: ${'['.repeat(20_000)}${']'.repeat(20_000)}\nflows: []\n`],
    ['2 MiB', `connections: []\nflows: []\n# ${'x'.repeat(2 * 1_048_576)}`],
    ['a NUL character', 'connections: []\nflows: []\n# \u0000'],
    [
      'bytes that are not UTF-8',
      Buffer.concat([Buffer.from('connections: []\nflows: []\n# '), Buffer.from([0xff, 0xfe])]),
    ],
    ['nothing in it', ''],
    ['a list', '- a\n- b\n'],
    ['a number', '42'],
    ['two documents', 'connections: []\nflows: []\n---\nconnections: []\nflows: []\n'],
    ['a tag for code', 'connections: !!js/function "function(){}"\nflows: []\n'],
    ['a merge key to a prototype', 'x: &x { __proto__: { polluted: true } }\nconnections: []\nflows: []\n'],
  ])('is refused when it is or holds %s', async (_name, text) => {
    const error = await refusal(text);
    expect([error.name, error.message]).toEqual([
      'ConfigurationError',
      expect.stringMatching(/isthmus\.yaml:\d+:\d+ config\./),
    ]);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('changed nothing in the ledger, whatever was wrong', async () => {
    for (const table of ['connection', 'flow', 'mapping_version']) {
      const [row] = await ledger.database.dataSource.query<{ count: number }[]>(
        `select count(*)::int as count from ${table}`,
      );
      expect([table, row?.count]).toEqual([table, 0]);
    }
  });
});

describe('a hub process with a wrong environment', () => {
  const folder = mkdtempSync(join(tmpdir(), 'isthmus-start-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const main = join(__dirname, '../../dist/hub/main.js');

  function start(environment: Record<string, string>): Promise<{ code: number | null; said: string }> {
    const child = spawn(process.execPath, [main], {
      cwd: folder,
      env: { PATH: process.env['PATH'] ?? '', ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    child.stdout.on('data', (text) => (said += String(text)));
    child.stderr.on('data', (text) => (said += String(text)));
    const late = setTimeout(() => child.kill('SIGKILL'), 30_000);
    return new Promise((done) =>
      child.on('exit', (code) => {
        clearTimeout(late);
        done({ code, said });
      }),
    );
  }

  it.each([
    ['a port that is none', { PORT: '99999999' }, /PORT/],
    ['a role that is none', { ISTHMUS_ROLE: 'boss' }, /ISTHMUS_ROLE/],
    [
      'a configuration file that is not there',
      { ISTHMUS_CONFIG: 'nowhere.yaml', DATABASE_URL: '' },
      /cannot be read|nowhere\.yaml/,
    ],
    ['a database address that is none', { DATABASE_URL: 'not-a-url' }, /DATABASE_URL/],
  ])('ends with exit code 1 and names %s', async (_name, environment, words) => {
    const { code, said } = await start({ ISTHMUS_DATA: join(folder, 'data'), PORT: '0', ...environment });
    expect([code, said]).toEqual([1, expect.stringMatching(words)]);
    expect(said).not.toMatch(/\n\s+at .+:\d+:\d+/);
  });
});
