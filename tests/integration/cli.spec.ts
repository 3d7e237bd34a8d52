import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import type { ConflictAnswer, RecordAnswer, RecordSummary, Status } from '@isthmus/api-contract';
import { runCli } from '../../apps/cli/src/run.js';
import { startDemoHub, until } from '../support/demo-hub.js';
import type { DemoHub } from '../support/demo-hub.js';
import { testRedisUrl } from '../support/redis.js';

/** The command line over real HTTP against the demo landscape. */
let demo: DemoHub;
let environment: { [name: string]: string };

beforeAll(async () => {
  demo = await startDemoHub();
  await until(
    async () => (await demo.count('select count(*) from cursor where finished_at is not null')) >= 10,
    'all streams were read once',
  );
  await demo.settled();
  environment = { ISTHMUS_URL: demo.hub.url, ISTHMUS_API_KEY: 'test-key-0123456789abcdef' };
}, 120_000);
afterAll(() => demo?.stop());

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function isthmus(line: string, extra: { [name: string]: string } = {}): Promise<Ended> {
  let [out, err] = ['', ''];
  const code = await runCli(line.split(' '), {
    environment: { ...environment, ...extra },
    folder: process.cwd(),
    isInteractive: false,
    hasColours: false,
    out: (text) => void (out += text),
    err: (text) => void (err += text),
  });
  return { code, out, err };
}

async function json<Answer>(line: string): Promise<Answer> {
  const { code, out, err } = await isthmus(`${line} --json`);
  if (code !== 0) throw new Error(`isthmus ${line} ended with ${code}: ${err}`);
  return JSON.parse(out) as Answer;
}

describe('the command line against a running hub', () => {
  it('tells the status as people and scripts want it, with the verdict as exit code', async () => {
    const { code, out } = await isthmus('status');
    const { verdict, connections } = JSON.parse(out) as Status;
    expect(code).toBe({ ok: 0, attention: 3, failing: 1 }[verdict]);
    expect(connections.map(({ id }) => id)).toEqual(expect.arrayContaining(['crm', 'erp']));
    const table = (await isthmus('status -o table --lang zh-CN')).out;
    expect(table).toMatch(/^(同步正常|需要关注|异常) /);
    expect(table).toMatch(/^crm +/m);
    expect(table).toMatch(/^orders +order +/m);
  });

  it('refuses a wrong key with 5', async () => {
    const { code, out, err } = await isthmus('connection list', { ISTHMUS_API_KEY: 'wrong-key-0123456789abcdef' });
    expect([code, out]).toEqual([5, '']);
    expect(err).toContain('auth.unknown-key');
    expect(err).toContain('ISTHMUS_API_KEY');
  });

  it('ends with 4 for what the hub does not know', async () => {
    for (const line of [
      'connection show nobody',
      'record show 019ab000-0000-7000-8000-000000000000',
      'record show nobody',
    ])
      expect([line, (await isthmus(line)).code]).toEqual([line, 4]);
  });

  it('lists and shows connections without their secrets', async () => {
    const table = (await isthmus('connection list -o table')).out;
    expect(table).toMatch(/^crm +hubspot +CRM \(HubSpot\) +active/m);
    const shown = await isthmus('connection show erp -o table');
    expect(shown.code).toBe(0);
    expect(shown.out).toContain('settings.clientSecret: ********');
    expect(shown.out).toMatch(/^salesOrders +order +read\+write +kingdee-xingchen\/salesOrders/m);
    expect(shown.out + (await isthmus('connection show erp')).out).not.toContain('sandbox-kingdee-secret');
  });

  it('tests a connection step by step', async () => {
    const { code, out } = await isthmus('connection test crm -o table');
    expect([code, out]).toEqual([0, expect.stringMatching(/^✓ /) as string]);
  });

  it('pauses and resumes a connection, and says the reason to the others', async () => {
    expect((await isthmus('connection pause crm --reason stocktaking')).code).toBe(0);
    expect((await isthmus('connection list --state paused -o table')).out).toMatch(/^crm .*stocktaking/m);
    expect((await isthmus('connection resume crm')).code).toBe(0);
    expect((await isthmus('connection list --state paused -o table')).out).not.toContain('crm');
  });

  it('finds a record, shows it, and tells its history and its way', async () => {
    const { items } = await json<{ items: RecordSummary[] }>('record find --entity customer --limit 3');
    expect(items).toHaveLength(3);
    const id = items[0]!.id;
    const record = await json<RecordAnswer>(`record show ${id}`);
    const native = record.replicas.find(({ nativeId }) => nativeId !== null)!.nativeId!;
    expect(await json<RecordAnswer>(`record show ${native}`)).toMatchObject({ id });
    const shown = (await isthmus(`record show ${id} -o table`)).out;
    expect(shown).toContain('/displayName');
    expect(shown).toMatch(/^(crm|erp)\/\w+ +\S+ +settled/m);
    expect((await isthmus(`record history ${id} -o table`)).out).toMatch(/^1 +2\d{3}-.*connection:(crm|erp)/m);
    expect((await isthmus(`record trace ${id} -o table`)).out).toMatch(/ change +(crm|erp) +merged /);
  });

  it('reads all pages of a long list', async () => {
    const all = await json<{ items: RecordSummary[]; next: null }>('record find --all');
    expect(all.next).toBeNull();
    expect(all.items).toHaveLength(await demo.count('select count(*) from record'));
  });

  it('lists changes and refuses to replay one that is settled with 7', async () => {
    const { items } = await json<{ items: { id: string }[] }>('change list --state merged --limit 1');
    const { code, err } = await isthmus(`change replay ${items[0]!.id}`);
    expect([code, err]).toEqual([7, expect.stringContaining('change.already-settled') as string]);
  });

  it('groups dead letters by cause and releases them by cause', async () => {
    await demo.rows(
      `update replica set state = 'dead', desired_version = desired_version + 1, behind_since = clock_timestamp(), due_at = null,
         failure = '{"code":"test.broken","kind":"invalid","message":{"en":"Broken.","zh":"有误。"}}'
       where connection_id = 'erp' and stream = 'customers'`,
    );
    const dead = await demo.count(`select count(*) from replica where state = 'dead'`);
    const { out } = await isthmus('dead-letter groups -o table');
    expect(out).toMatch(new RegExp(`^test\\.broken +erp customer .* ${dead} .*Broken\\.`, 'm'));
    expect((await json<{ items: unknown[] }>('dead-letter list --code test.broken --all')).items).toHaveLength(dead);
    const replay = await json<object>('dead-letter replay --code test.broken --connection erp --yes');
    expect(replay).toEqual({ changes: 0, replicas: dead, superseded: 0 });
    expect((await json<{ total: number }>('dead-letter groups')).total).toBe(0);
  });

  it('decides a conflict once; a second decision ends with 7', async () => {
    const [record] = (await json<{ items: RecordSummary[] }>('record find --entity customer --limit 1')).items;
    await demo.rows(
      `insert into conflict (record_id, entity, pointer, connection_id, change_id, record_value, incoming_value, state, at)
       values ('${record!.id}', 'customer', '/displayName', 'crm', 1, '"甲"', '"乙"', 'open', now())`,
    );
    const { items } = await json<{ items: ConflictAnswer[] }>('conflict list');
    const { id } = items[0]!;
    expect((await isthmus(`conflict decide ${id} --take record`)).code).toBe(0);
    expect((await isthmus(`conflict decide ${id} --take incoming`)).code).toBe(7);
    expect(
      (await json<{ items: ConflictAnswer[] }>('conflict list --state record')).items.map((row) => row.id),
    ).toContain(id);
  });

  it('compares a stream and waits for the outcome', async () => {
    const { code, out } = await isthmus('reconcile erp materials');
    const run = JSON.parse(out) as { state: string; counts: { rows: number } };
    expect([run.state, [0, 2]]).toEqual(['done', expect.arrayContaining([code]) as number[]]);
    expect(run.counts.rows).toBeGreaterThan(0);
    expect((await isthmus('reconcile erp nothing')).code).toBe(4);
  }, 60_000);
});

describe('isthmus doctor', () => {
  it('finds the hub, its key, its database, its Redis and the clocks in order', async () => {
    const { code, out } = await isthmus('doctor', { DATABASE_URL: demo.ledger.url, REDIS_URL: testRedisUrl() });
    for (const name of ['node', 'settings', 'data-folder', 'database', 'redis', 'hub', 'api-key', 'clock'])
      expect(out).toMatch(new RegExp(`^✓ ${name}: `, 'm'));
    expect(out).toMatch(/^[✓!] mappings: /m);
    expect(code).toBe(0);
  });

  it('says what is wrong and how to mend it, without the passwords', async () => {
    const taken = createServer((socket) =>
      socket
        .on('error', () => undefined)
        .resume()
        .end('220 mail.example.com ESMTP\r\n'),
    );
    await new Promise<void>((listening) => taken.listen(0, '127.0.0.1', listening));
    const { port } = taken.address() as AddressInfo;
    try {
      const { code, out, err } = await isthmus('doctor --lang zh-CN', {
        ISTHMUS_URL: `http://127.0.0.1:${port}`,
        PORT: String(port),
        DATABASE_URL: `postgresql://hub:tell-nobody@127.0.0.1:${port}/hub`,
        REDIS_URL: `redis://:tell-nobody@127.0.0.1:${port}`,
        ISTHMUS_CONFIG: 'no-such.yaml',
      });
      expect(code).toBe(1);
      for (const name of ['database', 'redis', 'ports', 'configuration'])
        expect(out).toMatch(new RegExp(`^✗ ${name}: `, 'm'));
      expect(out).toMatch(/^! hub: .*没有中枢应答/m);
      expect(out + err).not.toContain('tell-nobody');
    } finally {
      await new Promise((closed) => taken.close(closed));
    }
  });

  it('names every wrong variable', async () => {
    const { code, out } = await isthmus('doctor', { PORT: 'eighty', ISTHMUS_ROLE: 'boss' });
    expect(code).toBe(1);
    expect(out).toMatch(/^✗ settings: PORT is "eighty"/m);
    expect(out).toMatch(/^✗ settings: ISTHMUS_ROLE is "boss"/m);
  });
});
