import type { MappingPublished, MappingReport, MappingRunAnswer } from '@isthmus/api-contract';
import { builtHub } from '../../support/built-hub.js';
import { until } from '../../support/demo-hub.js';
import { freePort } from '../../support/free-port.js';
import { startHubProcess } from '../../support/hub-process.js';
import type { HubProcess } from '../../support/hub-process.js';
import { testLedger } from '../../support/ledger.js';
import type { TestLedger } from '../../support/ledger.js';
import { openMappingLandscape, peopleMapping } from '../../support/mapping-landscape.js';
import type { MappingLandscape } from '../../support/mapping-landscape.js';

jest.setTimeout(300_000);

const KEY = 'fault-api-key-0123456789';
/** One full page and a bit. */
const PEOPLE = 250;
const AT = '/api/v1/connections/left/mappings/people';
const KILLED = { code: null, signal: 'SIGKILL' };

const people = Array.from({ length: PEOPLE }, (_, index) => ({
  name: `Firm ${index}`,
  number: `C${String(index).padStart(4, '0')}`,
  phone: `1380013${String(1000 + index)}`,
  note: `note ${index}`,
  ...(index % 2 === 0 && { memo: `memo ${index}` }),
}));

describe('F02 the process is killed in the middle of a re-sync', () => {
  let landscape: MappingLandscape;
  let ledger: TestLedger;
  let hub: HubProcess | undefined;
  let port: number;
  // Not on the test's time.
  beforeAll(() => builtHub(), 300_000);
  beforeEach(async () => {
    ledger = await testLedger();
    landscape = await openMappingLandscape(people);
    port = await freePort();
  });
  afterEach(async () => {
    await hub?.kill();
    await landscape?.close();
    await ledger?.close();
  });

  const launch = async (failpoint = '', role = 'all'): Promise<HubProcess> => {
    hub = await startHubProcess({
      PORT: String(port),
      DATABASE_URL: ledger.url,
      ISTHMUS_DATA: landscape.folder,
      ISTHMUS_CONFIG: landscape.configFile,
      ISTHMUS_API_KEY: KEY,
      ISTHMUS_LOG: 'warn',
      ISTHMUS_FAILPOINT: failpoint,
      ISTHMUS_ROLE: role,
    });
    return hub;
  };
  const dies = async (failpoint: string): Promise<void> => {
    const doomed = await launch(failpoint);
    expect(await doomed.ended).toEqual(KILLED);
  };
  const rows = <Row>(sql: string): Promise<Row[]> => ledger.database.dataSource.query(sql);
  const api = async <Body>(method: string, path: string, body?: object, etag?: string): Promise<Body> => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${KEY}`,
        ...(body && { 'content-type': 'application/json' }),
        ...(etag && { 'if-match': etag }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    return (await answer.json()) as Body;
  };
  const counted = (report: MappingReport): object => ({ ...report, samples: [] });

  it('goes on where it stood, and ends as the preview counted', async () => {
    await (await launch()).ready();
    await until(() => landscape.documents('right').length === PEOPLE, 'everybody is on the right');
    await until(async () => {
      const [open] = await rows<{ open: number }>(
        `select (select count(*) from replica where state = 'pending')::int + (select count(*) from change where state = 'pending')::int as open`,
      );
      return open?.open === 0;
    }, 'all is delivered');
    const document = peopleMapping({ note: 'memo', phone: 'e164' });
    await api('PUT', `${AT}/draft`, { document });
    const started = await api<MappingRunAnswer>('POST', `${AT}/draft/preview`);
    let shown = started;
    await until(async () => {
      shown = await api<MappingRunAnswer>('GET', `${AT}/runs/${started.id}`);
      return shown.state === 'done';
    }, 'the preview is done');
    expect(shown.report).toMatchObject({
      records: PEOPLE / 2,
      writes: { 'left/people': { rows: PEOPLE }, 'right/people': { rows: PEOPLE / 2 } },
    });
    await hub?.kill();

    // A process that only answers publishes; the ones that do the work die at the first page, after the first, and after the last.
    await (await launch('', 'api')).ready();
    const published = await api<MappingPublished>(
      'POST',
      `${AT}/draft/publish`,
      { mode: 'resync', preview: started.id },
      '"1"',
    );
    await hub?.kill();
    for (const point of ['run-resync@copies:0', 'run-resync@copies:200', 'run-resync@records:250']) await dies(point);
    const [half] = await rows<{ state: string; done: number }>(
      `select state, done from mapping_run where id = ${published.run}`,
    );
    expect(half).toEqual({ state: 'running', done: PEOPLE });

    await (await launch()).ready();
    let run = await api<MappingRunAnswer>('GET', `${AT}/runs/${published.run}`);
    await until(async () => {
      run = await api<MappingRunAnswer>('GET', `${AT}/runs/${published.run}`);
      return run.state === 'done' && run.waiting === 0;
    }, 'the re-sync is done');
    expect(counted(run.report)).toEqual(counted(shown.report));
    const [left, right] = [landscape.documents('left'), landscape.documents('right')];
    expect(left.filter(({ phone }) => String(phone).startsWith('+86'))).toHaveLength(PEOPLE);
    await until(
      () => landscape.documents('right').filter(({ note }) => String(note).startsWith('memo')).length === PEOPLE / 2,
      'the right has it',
    );
    expect([left.length, right.length]).toEqual([PEOPLE, PEOPLE]);
    const versions = await rows(`select version, count(*)::int as count from record group by 1 order by 1`);
    expect(versions).toEqual([
      { version: 1, count: PEOPLE / 2 },
      { version: 2, count: PEOPLE / 2 },
    ]);
  });
});
