import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Status } from '@isthmus/api-contract';
import { connectors } from '@isthmus/connectors';
import { createLogger } from '@isthmus/platform';
import { startHub } from '../../../apps/hub/src/start-hub.js';
import type { RunningHub } from '../../../apps/hub/src/start-hub.js';
import { until } from '../../support/demo-hub.js';
import { peopleMapping } from '../../support/mapping-landscape.js';
import { startPeopleHub } from '../../support/people-hub.js';
import type { PeopleHub } from '../../support/people-hub.js';

jest.setTimeout(120_000);

const PEOPLE = 200;
const AT = '/connections/left/mappings/people';
const number = (index: number): string => `C${String(index).padStart(4, '0')}`;
const person = (index: number): object => ({
  name: `Firm ${index}`,
  number: number(index),
  phone: `138${String(10_000_000 + index)}`,
  note: `note ${index}`,
  memo: `memo ${index}`,
});
const AFTER = peopleMapping({ note: 'memo' });
const BROKEN = AFTER.replace('canonical: note', 'canonical: notes');

describe('a mapping changes while edits pour in', () => {
  let people: PeopleHub;
  beforeEach(async () => {
    people = await startPeopleHub(Array.from({ length: PEOPLE }, (_, index) => person(index)));
    await until(() => people.landscape.documents('right').length === PEOPLE, 'everybody is on the right');
    await people.settled();
  });
  afterEach(() => people?.stop());

  const edit = (index: number, text: string): void =>
    people.landscape.edit('left', number(index), { note: `note ${text}`, memo: `memo ${text}` });
  const draft = async (document: string, etag?: string): Promise<string> => {
    const answer = await fetch(`${people.hub.url}/api/v1${AT}/draft`, {
      method: 'PUT',
      headers: {
        authorization: 'Bearer test-key-0123456789abcdef',
        'content-type': 'application/json',
        ...(etag !== undefined && { 'if-match': etag }),
      },
      body: JSON.stringify({ document }),
    });
    expect(answer.status).toBe(200);
    return answer.headers.get('etag') ?? '';
  };
  const publish = async (etag: string, body: object): Promise<{ status: number; body: { code?: string } }> => {
    const answer = await fetch(`${people.hub.url}/api/v1${AT}/draft/publish`, {
      method: 'POST',
      headers: {
        authorization: 'Bearer test-key-0123456789abcdef',
        'content-type': 'application/json',
        'if-match': etag,
      },
      body: JSON.stringify(body),
    });
    return { status: answer.status, body: (await answer.json()) as { code?: string } };
  };

  it('F41 a broken one is refused before it is live; a right one takes over between two records, and every record says by which version it went', async () => {
    let turn = 0;
    const pour = setInterval(() => edit(turn % PEOPLE, String((turn += 1))), 4);
    try {
      await until(() => turn > 50, 'edits pour in');
      const wrong = await draft(BROKEN);
      const refused = await publish(wrong, { mode: 'new-only', force: true });
      expect([refused.status, refused.body.code]).toEqual([422, 'mapping.invalid']);
      expect(await people.count('select count(*) from mapping_publication')).toBe(0);

      const before = turn;
      const published = await publish(await draft(AFTER, wrong), { mode: 'new-only', force: true });
      expect(published.status).toBe(200);
      await until(() => turn > before + 300, 'edits pour in after it as well');
    } finally {
      clearInterval(pour);
    }
    for (let index = 0; index < PEOPLE; index += 1) edit(index, `last ${index}`);
    const last = `select count(*) from record where body->>'note' like 'memo last %'`;
    await until(async () => (await people.count(last)) === PEOPLE, 'the last edits are merged', 60_000);
    await people.settled();

    // Each merged change names one stored version, and what it made of the row is what that version makes of it.
    const merged = await people.rows<{ raw: string; version: number; note: string }>(`
      select c.raw, c.mapping_version as version, v.body->>'note' as note from change c
      join (select record_id, version, body from record_version union all select id, version, body from record) v
        on v.record_id = c.record_id and v.version = c.record_version
      where c.connection_id = 'left' and c.state = 'merged'`);
    expect(merged.length).toBeGreaterThan(PEOPLE);
    const documents = new Map(
      (await people.rows<{ id: number; document: string }>(`select id, document from mapping_version`)).map(
        ({ id, document }) => [id, document],
      ),
    );
    const fields = merged.map(({ version }) => (documents.get(version)?.includes('native: memo') ? 'memo' : 'note'));
    expect(new Set(fields)).toEqual(new Set(['note', 'memo']));
    const wrong = merged.filter(({ raw, note }, place) => {
      const row = JSON.parse(raw) as { [field: string]: string };
      return row[fields[place] ?? ''] !== note;
    });
    expect(wrong).toEqual([]);
    expect(await people.count(`select count(*) from change where state in ('rejected', 'dead')`)).toBe(0);
    expect(await people.count(`select count(*) from attempt where mapping_version is null`)).toBe(0);
    const right = new Map(people.landscape.documents('right').map((row) => [row.number, row['note']]));
    for (let index = 0; index < PEOPLE; index += 1) expect(right.get(number(index))).toBe(`memo last ${index}`);
  });

  const startWith = async (document: string): Promise<RunningHub> => {
    writeFileSync(join(people.landscape.folder, 'people.yaml'), document);
    const settings = {
      port: 0,
      dataDir: people.landscape.folder,
      role: 'all' as const,
      logLevel: 'silent' as const,
      databaseUrl: people.ledger.url,
      configFile: people.landscape.configFile,
      host: '127.0.0.1',
    };
    return startHub(settings, { connectors, logger: createLogger({ level: 'silent' }), environment: {} });
  };
  const reasons = async (): Promise<string> =>
    (await people.api<Status>('GET', '/status')).body.reasons
      .map(({ code, message }) => `${code} ${message.en}`)
      .join('\n');
  const noted = (index: number, field = 'note'): boolean =>
    people.landscape.documents('right').some((row) => row.number === number(index) && row[field] === `${field} after`);
  const LOST = `select count(*) from change where state in ('ignored', 'rejected', 'dead', 'review')`;
  const DEAD = `select count(*) from replica where state = 'dead'`;

  it('F41 a file that is broken beneath a running hub changes nothing; after a start with it the stream goes on by the last good version, and the status says where the file is wrong', async () => {
    writeFileSync(join(people.landscape.folder, 'people.yaml'), BROKEN);
    edit(1, 'after');
    await until(() => noted(1), 'the edit goes by the mapping that was read');
    const other = await startWith(BROKEN);
    try {
      await until(async () => (await reasons()).includes('mapping.broken'), 'the status says so');
      expect(await reasons()).toMatch(/mapping\.broken left \/ people: .*left\/people.* line \d+: .*notes/);
      edit(2, 'after');
      await until(() => noted(2), 'the edit goes by the last good version');
      const versions = `select count(distinct mapping_version) from change where state = 'merged' and connection_id = 'left'`;
      expect(await people.count(versions)).toBe(1);
    } finally {
      await other.stop();
    }
    const mended = await startWith(AFTER);
    try {
      await until(async () => !(await reasons()).includes('mapping.broken'), 'the fault is gone');
      edit(3, 'after');
      await until(() => noted(3, 'memo'), 'the edit goes by the mended mapping');
      await people.settled();
      expect([await people.count(LOST), await people.count(DEAD)]).toEqual([0, 0]);
    } finally {
      await mended.stop();
    }
  });

  it('F41 without a version that ever worked, what is told of the stream and what it is owed waits in sight, and goes on when the file is mended', async () => {
    await people.hub.stop();
    edit(1, 'after');
    // As if these had come and were not merged, or not delivered, when the file broke; and as if no version were known.
    const sql = (text: string): Promise<unknown> => people.ledger.database.dataSource.query(text);
    const now = new Date().toISOString();
    await sql(`insert into change (connection_id, stream, entity, native_id, kind, origin, lane, raw, state, received_at, due_at)
      select connection_id, stream, entity, native_id, kind, origin, 0, replace(raw, '"note 5"', '"note after"'), 'pending', '${now}', '${now}'
      from change where connection_id = 'left' and raw like '%"note 5"%' limit 1`);
    await sql(`insert into change (connection_id, stream, entity, native_id, kind, origin, lane, raw, state, received_at, due_at)
      select connection_id, stream, entity, native_id, kind, origin, 0, null, 'fetch', '${now}', '${now}'
      from change where connection_id = 'left' and raw like '%"note 6"%' limit 1`);
    await sql(
      `update replica set state = 'pending', due_at = '${now}', delivered_version = 0 where connection_id = 'right'`,
    );
    await sql('delete from mapping_used');

    const broken = await startWith(BROKEN);
    const waiting = `select count(*) from change where state = 'waiting' and reason->>'code' = 'change.mapping-broken'`;
    const owed = `select count(*) from replica where state = 'pending' and failure->>'code' = 'delivery.mapping-broken'`;
    try {
      await until(async () => (await people.count(waiting)) === 2, 'both changes wait');
      await until(async () => (await people.count(owed)) === PEOPLE, 'the deliveries wait');
      const [{ message }] = (await people.rows<{ message: { en: string; zh: string } }>(
        `select reason->'message' as message from change where state = 'waiting' limit 1`,
      )) as [{ message: { en: string; zh: string } }];
      expect(message.en).toMatch(/left\/people.* line \d+: .*notes/);
      expect(message.zh).toMatch(/left\/people.* 第 \d+ 行/);
      expect([await people.count(LOST), await people.count(DEAD)]).toEqual([0, 0]);
    } finally {
      await broken.stop();
    }
    const mended = await startWith(peopleMapping());
    try {
      await until(() => noted(1), 'the edit that was made meanwhile is read');
      await until(
        async () => (await people.count(`select count(*) from change where state = 'waiting'`)) === 0,
        'nothing waits',
      );
      await people.settled();
      expect([await people.count(LOST), await people.count(DEAD)]).toEqual([0, 0]);
    } finally {
      await mended.stop();
    }
  });
});
