import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { recordedTerminal } from './recorded-terminal.spec-data.js';
import type { RecordedTerminal } from './recorded-terminal.spec-data.js';
import { runCli } from './run.js';
import type { Terminal } from './terminal.js';

type Answer = (request: IncomingMessage, body: string) => { status?: number; body?: unknown; type?: string };

/** A far side that answers as it is told, and what it was asked. */
interface StandIn {
  readonly url: string;
  readonly asked: {
    readonly method: string;
    readonly url: string;
    readonly body: string;
    readonly headers: IncomingMessage['headers'];
  }[];
  close(): Promise<void>;
}

const open: StandIn[] = [];
afterEach(async () => {
  for (const standIn of open.splice(0)) await standIn.close();
});

async function answering(answer: Answer): Promise<StandIn> {
  const asked: StandIn['asked'] = [];
  const server: Server = createServer((request: IncomingMessage, response: ServerResponse) => {
    let body = '';
    request.on('data', (bytes: Buffer) => (body += bytes.toString()));
    request.on('end', () => {
      asked.push({ method: request.method ?? '', url: request.url ?? '', body, headers: request.headers });
      const { status = 200, body: content = {}, type = 'application/json' } = answer(request, body);
      response.writeHead(status, { 'content-type': type });
      response.end(typeof content === 'string' ? content : JSON.stringify(content));
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const standIn = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close: () =>
      new Promise<void>((closed) => {
        server.closeAllConnections();
        server.close(() => closed());
      }),
  };
  open.push(standIn);
  return standIn;
}

async function run(line: string, given: Partial<Terminal> = {}): Promise<{ code: number; out: string; err: string }> {
  const terminal: RecordedTerminal = recordedTerminal(given);
  const code = await runCli(line.split(' ').filter(Boolean), terminal);
  return { code, out: terminal.written(), err: terminal.said() };
}

const at = ({ url }: StandIn, key = 'test-key-0123456789abcdef'): Partial<Terminal> => ({
  environment: { ISTHMUS_URL: url, ISTHMUS_API_KEY: key },
});

function problem(status: number, code: string, extra: object = {}): { status: number; body: object; type: string } {
  const body = {
    type: '',
    title: '',
    status,
    detail: 'Words.',
    instance: '',
    code,
    requestId: 'r-1',
    docs: '',
    retryable: false,
  };
  return { status, body: { ...body, ...extra }, type: 'application/problem+json; charset=utf-8' };
}

const summary = (id: string): object => ({
  id,
  entity: 'customer',
  label: `王小明 ${id}`,
  version: 3,
  recordStatus: 'active',
  replicas: { settled: 2, pending: 0, blocked: 0, dead: 0, gone: 0 },
  createdAt: '2026-11-23T08:00:00.000Z',
  updatedAt: '2026-11-23T08:00:00.000Z',
});

describe('the command line', () => {
  it.each([
    ['', 4],
    ['record', 4],
    ['nonsense', 4],
    ['record show', 4],
    ['connection list --state asleep', 4],
    ['connection list --colour red', 4],
    ['status --lang de', 4],
    ['status -o xml', 4],
    ['record find --limit 0', 4],
    ['record find --limit many', 4],
    ['conflict decide 1', 4],
    ['dead-letter replay', 4],
    ['dead-letter replay change:1 --code x', 4],
    ['status --url nowhere', 4],
    ['status --url ftp://127.0.0.1', 4],
    ['status --url http://user:secret@127.0.0.1', 4],
    ['mapping check no/such/folder', 4],
    ['--help', 0],
    ['--version', 0],
    ['record find --help', 0],
  ])('ends `isthmus %s` with %i', async (line, code) => {
    const { code: ended, out, err } = await run(line);
    expect(ended).toBe(code);
    expect(out === '' ? err : out).not.toBe('');
    expect(err).not.toMatch(/defect|secret/);
  });

  it('ends with 6 and a way on when nothing listens', async () => {
    const gone = await answering(() => ({}));
    await open.pop()?.close();
    const { code, out, err } = await run('status', at(gone));
    expect([code, out]).toEqual([6, '']);
    expect(err).toContain(gone.url);
    expect(err).toContain('ECONNREFUSED');
    expect(err).toContain('isthmus doctor');
  });

  it.each([
    [problem(401, 'auth.unknown-key'), 5],
    [problem(401, 'auth.missing-key'), 5],
    [problem(429, 'auth.too-many-attempts'), 5],
    [problem(400, 'request.invalid'), 4],
    [problem(404, 'request.not-found'), 4],
    [problem(409, 'change.already-settled'), 7],
    [problem(409, 'stream.not-comparable'), 4],
    [problem(412, 'precondition.failed'), 7],
    [problem(503, 'hub.unavailable'), 6],
    [problem(500, 'hub.defect'), 1],
    [{ status: 200, body: '<html>another program</html>', type: 'text/html' }, 1],
    [{ status: 404, body: 'no such page', type: 'text/plain' }, 6],
    [{ status: 302, body: '', type: 'text/plain' }, 1],
    [{ status: 200, body: '{"verdict"', type: 'application/json' }, 1],
    [{ status: 502, body: 'bad gateway', type: 'text/plain' }, 6],
  ])('tells failures of the hub apart (%#)', async (answer, code) => {
    const hub = await answering(() => answer);
    const { code: ended, out, err } = await run('connection show crm', at(hub));
    expect([ended, out]).toEqual([code, '']);
    expect(err).not.toContain('defect of isthmus');
    expect(err).not.toContain('test-key');
  });

  it('shows every wrong place of a refused request, and the request id', async () => {
    const errors = [{ pointer: '?updatedSince', code: 'schema.format', message: 'must be a date-time' }];
    const hub = await answering(() => problem(400, 'request.invalid', { errors }));
    const { err } = await run('record find x', at(hub));
    expect(err).toBe('Words. [request.invalid]\n  ?updatedSince must be a date-time\nRequest r-1\n');
  });

  it('sends the key in a header, asks in its language, and never follows a redirect with the key', async () => {
    const elsewhere = await answering(() => ({}));
    const hub = await answering(() => ({ status: 307, body: '', type: 'text/plain' }));
    await run('status --lang zh-CN', at(hub));
    expect(hub.asked[0]?.headers).toMatchObject({
      authorization: 'Bearer test-key-0123456789abcdef',
      'accept-language': 'zh-CN',
    });
    expect(elsewhere.asked).toEqual([]);
  });

  it('refuses a key that cannot be one before anything is sent', async () => {
    const hub = await answering(() => ({}));
    expect((await run('status', at(hub, 'two words'))).code).toBe(4);
    expect(hub.asked).toEqual([]);
  });

  it('keeps the path prefix of the address', async () => {
    const hub = await answering(() => ({ body: { items: [], next: null } }));
    await run('connection list', { environment: { ISTHMUS_URL: `${hub.url}/isthmus/` } });
    expect(hub.asked[0]?.url).toBe('/isthmus/api/v1/connections?limit=50');
  });

  it('reads page after page up to the limit, and says that there is more', async () => {
    const hub = await answering((request) => {
      const url = new URL(request.url ?? '', 'http://hub');
      const from = Number(url.searchParams.get('cursor') ?? 0);
      const items = Array.from({ length: Number(url.searchParams.get('limit')) }, (_, index) =>
        summary(String(from + index)),
      );
      return { body: { items, next: `/api/v1/records?limit=200&cursor=${from + items.length}` } };
    });
    const { code, out, err } = await run('record find 王 --limit 250', at(hub));
    const answer = JSON.parse(out) as { items: unknown[]; next: string };
    expect([code, answer.items.length]).toEqual([0, 250]);
    expect(hub.asked.map(({ url }) => new URL(url, 'http://hub').searchParams.get('limit'))).toEqual(['200', '50']);
    expect(err).toContain('--all');
  });

  it('prints a table for a person and JSON into a pipe, unless told otherwise', async () => {
    const hub = await answering(() => ({ body: { items: [summary('a')], next: null } }));
    const person = { ...at(hub), isInteractive: true };
    expect((await run('record find', person)).out).toMatch(
      /^ID +ENTITY +LABEL .*\na +customer +王小明 a +3 +active +2 settled/,
    );
    expect((await run('record find -o table', at(hub))).out).toMatch(/^ID /);
    expect(JSON.parse((await run('record find', at(hub))).out)).toMatchObject({ next: null });
    expect(JSON.parse((await run('record find --json', person)).out)).toMatchObject({ next: null });
    expect((await run('record find --lang zh-CN', person)).out).toMatch(/^编号 /);
    expect(
      (await run('record find', { ...person, environment: { ...person.environment, LANG: 'zh_CN.UTF-8' } })).out,
    ).toMatch(/^编号 /);
  });

  it('lets no text of a far system steer the terminal', async () => {
    const label = 'x\u001b]0;owned\u0007\u009b31m\u202ered\nnext';
    const hub = await answering(() => ({ body: { items: [{ ...summary('a'), label }], next: null } }));
    const table = (await run('record find', { ...at(hub), isInteractive: true })).out;
    expect(table).not.toMatch(/[\u001b\u0007\u009b\u202e]/);
    expect(table.trim().split('\n')).toHaveLength(2);
    const json = (await run('record find --json', at(hub))).out;
    expect(json).not.toMatch(/[\u001b\u0007\u009b\u202e]/);
    expect((JSON.parse(json) as { items: { label: string }[] }).items[0]?.label).toBe(label);
  });

  it('takes a name for a record when it fits one only', async () => {
    const hub = await answering((request) =>
      (request.url ?? '').includes('?q=')
        ? { body: { items: [summary('11111111-1111-7111-8111-111111111111')], next: null } }
        : { body: { recordId: 'x', items: [], truncated: false } },
    );
    expect((await run('record trace 王小明', at(hub))).code).toBe(0);
    expect(hub.asked[1]?.url).toBe('/api/v1/records/11111111-1111-7111-8111-111111111111/trail');
  });

  it('names the candidates when a name fits several records', async () => {
    const hub = await answering(() => ({ body: { items: [summary('a'), summary('b')], next: null } }));
    const { code, err } = await run('record show 王', at(hub));
    expect(code).toBe(4);
    expect(err).toContain('  a  customer  王小明 a\n  b  customer  王小明 b\n');
  });

  it('encodes ids that are paths', async () => {
    const hub = await answering(() => ({ body: { items: [] } }));
    await run('connection test ../api-keys', at(hub));
    expect(hub.asked[0]?.url).toBe('/api/v1/connections/..%2Fapi-keys/test');
  });
});

const DIFFERENCE = {
  cause: 'lost',
  detail: 'edit-not-told',
  connectionId: 'crm',
  stream: 'contacts',
  recordId: null,
  nativeId: '7',
  fields: ['/displayName'],
  action: 'merge',
  state: 'planned',
};

describe('commands that change something', () => {
  it.each([
    ['connection pause crm --dry-run'],
    ['connection resume crm --dry-run'],
    ['reconcile crm contacts --repair --dry-run'],
    ['reconcile customers --plan --dry-run'],
    ['delete-brake release 3 --dry-run'],
    ['delete-brake reject 3 --dry-run'],
    ['record undelete 01890a5d-ac96-774b-bcce-b302099a8057 --dry-run'],
    ['conflict decide 7 --take incoming --dry-run'],
    ['dead-letter replay --code mapping.unmapped-value --dry-run'],
    ['change replay 7 --dry-run'],
  ])('`isthmus %s` only says what it would do', async (line) => {
    const hub = await answering(() => ({ body: { items: [], total: 3, state: 'dead' } }));
    const { code, out } = await run(line, at(hub));
    expect([code, (JSON.parse(out) as { dryRun: boolean }).dryRun]).toEqual([0, true]);
    expect(hub.asked.filter(({ method }) => method !== 'GET')).toEqual([]);
  });

  it('shows what a restore would lose, and restores what it showed', async () => {
    const id = '01890a5d-ac96-774b-bcce-b302099a8057';
    const field = { pointer: '/note', before: 'by hand', after: 'from the file', setBy: 'api:x', setAt: null };
    const edits = [{ version: 3, actor: 'api:x', at: '2026-11-23T08:00:00.000Z' }];
    const answer = { recordId: id, fromVersion: 3, toVersion: 2, version: 3, fields: [{ ...field, edits }] };
    const hub = await answering((_request, body) => ({ body: { ...answer, dryRun: body.includes('dryRun') } }));
    const shown = await run(`record restore ${id} --to 2 --dry-run`, at(hub));
    expect([shown.code, hub.asked.length]).toEqual([0, 1]);
    expect(JSON.parse(shown.out)).toMatchObject({ fields: [{ edits: [{ version: 3, actor: 'api:x' }] }] });
    const done = await run(`record restore ${id} --to 2 --fields /note --yes`, at(hub));
    expect(done.code).toBe(0);
    const last = hub.asked.at(-1);
    expect([last?.headers['if-match'], last?.body]).toEqual(['"3"', '{"version":2,"fields":["/note"]}']);
  });

  it('takes a batch back after a preview, and ends with 3 when something was left as it is', async () => {
    const report = { touched: 2, records: 1, archived: 0, fields: { '/note': 1 }, samples: [] };
    const kept = { count: 1, codes: { 'undo.edited-since': 1 }, items: [] };
    const hub = await answering((_request, body) => ({
      body: { id: 4, state: 'done', dryRun: body.includes('"dryRun":true'), report: { ...report, kept } },
    }));
    const line = 'undo --connection crm --origin file --from 2026-11-23T00:00:00Z';
    expect((await run(`${line} --dry-run`, at(hub))).code).toBe(3);
    expect(hub.asked).toHaveLength(1);
    expect((await run(line, at(hub))).code).toBe(4);
    expect((await run(`${line} --yes`, at(hub))).code).toBe(3);
    expect(hub.asked.at(-1)?.body).toBe(
      '{"batch":{"connection":"crm","origin":"file","from":"2026-11-23T00:00:00Z"},"created":"keep"}',
    );
    expect((await run('undo', at(hub))).code).toBe(4);
  });

  it('decide many conflicts at once by what they have in common, and one with a value of its own', async () => {
    const hub = await answering(({ url }) => ({
      body: url?.includes('/7/')
        ? { id: '7', pointer: '/note', state: 'value' }
        : { decided: 2, refused: [], more: false },
    }));
    expect(
      (await run('conflict decide --take incoming --connection crm --field credit.limit --yes', at(hub))).code,
    ).toBe(0);
    expect(hub.asked.at(-1)?.body).toBe('{"take":"incoming","filter":{"connection":"crm","field":"credit.limit"}}');
    expect((await run('conflict decide 7 --value 0912', at(hub))).code).toBe(0);
    expect(hub.asked.at(-1)?.body).toBe('{"value":"0912"}');
    for (const wrong of ['conflict decide 7', 'conflict decide --take record', 'conflict decide 7 8 --value x'])
      expect([wrong, (await run(wrong, at(hub))).code]).toEqual([wrong, 4]);
  });

  it('send a fresh Idempotency-Key with every call', async () => {
    const hub = await answering(() => ({ body: { id: '7', pointer: '/displayName', state: 'record' } }));
    await run('conflict decide 7 --take record', at(hub));
    await run('conflict decide 7 --take record', at(hub));
    const [first, second] = hub.asked.map(({ headers }) => headers['idempotency-key']);
    expect(first).toMatch(/^[0-9a-f-]{36}$/);
    expect(second).not.toBe(first);
    expect(hub.asked[0]?.body).toBe('{"take":"record"}');
  });

  it('ask before they release a whole cause, and need --yes where nobody can answer', async () => {
    const hub = await answering((request) =>
      request.method === 'GET'
        ? { body: { items: [], total: 213 } }
        : { body: { changes: 213, replicas: 0, superseded: 0 } },
    );
    const line = 'dead-letter replay --code mapping.unmapped-value';
    const questions: string[] = [];
    const answer = (yes: boolean): Partial<Terminal> => ({
      ...at(hub),
      ask: (question) => {
        questions.push(question);
        return Promise.resolve(yes);
      },
    });
    expect((await run(line, at(hub))).code).toBe(4);
    expect((await run(line, answer(false))).code).toBe(1);
    expect(hub.asked.some(({ method }) => method === 'POST')).toBe(false);
    expect((await run(line, answer(true))).code).toBe(0);
    expect((await run(`${line} --yes`, at(hub))).code).toBe(0);
    expect(questions).toEqual(['Try 213 dead letters again?', 'Try 213 dead letters again?']);
    expect(hub.asked.at(-1)?.body).toBe('{"filter":{"code":"mapping.unmapped-value"}}');
  });

  it('end with 3 when some of the named dead letters were none', async () => {
    const hub = await answering(() => ({ body: { changes: 1, replicas: 0, superseded: 0 } }));
    expect((await run('dead-letter replay change:1 change:2', at(hub))).code).toBe(3);
  });

  it.each([
    [{ state: 'done', counts: { rows: 5, differences: 0 }, differences: [] }, 0],
    [{ state: 'done', counts: { rows: 5, differences: 1, causes: { lost: 1 } }, differences: [DIFFERENCE] }, 2],
    [{ state: 'done', counts: { rows: 5, differences: 2 }, differences: [] }, 2],
    [{ state: 'failed', counts: {}, differences: [], failure: { code: 'x.y' } }, 1],
  ])('a comparison is waited for and its outcome is the exit code (%#)', async (ended, code) => {
    const run1 = {
      id: '9',
      flowId: 'customers',
      connectionId: 'crm',
      stream: 'contacts',
      mode: 'plan',
      repairState: 'none',
      repairCounts: {},
      failure: null,
    };
    let looks = 0;
    const hub = await answering((request) => {
      if (request.method === 'POST')
        return { status: 202, body: { ...run1, state: 'running', counts: {}, differences: [] } };
      looks += 1;
      return { body: looks < 2 ? { ...run1, state: 'running', counts: {}, differences: [] } : { ...run1, ...ended } };
    });
    const answer = await run('reconcile crm contacts -o table', at(hub));
    expect(answer.code).toBe(code);
    expect(answer.out).toContain('crm/contacts #9');
    expect(looks).toBe(2);
  });
});
