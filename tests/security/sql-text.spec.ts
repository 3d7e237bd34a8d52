import { startRestHub } from '../support/rest-hub.js';
import type { Document, RestHub } from '../support/rest-hub.js';

jest.setTimeout(90_000);

const TEXTS = [
  `'; drop table record; --`,
  `' or '1'='1`,
  `" or 1=1 --`,
  `\\'; delete from change; --`,
  `1; select pg_sleep(10)`,
  `%' escape '!`,
  `_%_%_%`,
  `$1`,
  `:name`,
  `{"a":1}`,
  `$$; drop table change; $$`,
  `a\\`,
  `\\x00`,
  `ＷＨＥＲＥ １＝１`,
  `/*`,
  `E'\\\\'`,
];

describe('S18 text that means something in SQL', () => {
  let rest: RestHub;
  beforeAll(async () => {
    rest = await startRestHub();
    for (const number of [1, 2, 3])
      await rest.tellCustomer({ id: `c${number}`, number: `N-${number}`, name: `客户 ${number}` });
    await rest.settled();
  });
  afterAll(() => rest?.stop());

  const filters = [
    'records?q=',
    'records?entity=',
    'records?status=',
    'records?updatedSince=',
    'records?cursor=',
    'records?limit=',
    'records?sort=',
    'records/',
    'changes?connection=',
    'changes?stream=',
    'changes?nativeId=',
    'changes?state=',
    'changes?cursor=',
    'changes/',
    'deliveries?connection=',
    'deliveries?state=',
    'attempts?connection=',
    'attempts?record=',
    'dead-letters?connection=',
    'dead-letters?entity=',
    'dead-letters?code=',
    'dead-letters?groupBy=',
    'conflicts?state=',
    'conflicts?entity=',
    'conflicts?record=',
    'connections?cursor=',
    'connections/',
    'flows?cursor=',
    'flows/',
    'mappings?mapping=',
    'mappings/',
    'reconcile-runs?connection=',
    'reconcile-runs?stream=',
    'audit?actor=',
    'audit?object=',
    'audit?cursor=',
  ];

  it.each(filters)('S18 %s takes it as text: no 500, no row more, no row less', async (filter) => {
    const before = await rest.count('select count(*) from record');
    for (const text of TEXTS) {
      const { status, body, text: answer } = await rest.api(`/api/v1/${filter}${encodeURIComponent(text)}`);
      expect([filter, text, status < 500]).toEqual([filter, text, true]);
      expect(answer).not.toMatch(/syntax error|pg_|at .*\.ts:|select .* from/i);
      if (status === 200 && Array.isArray(body.items)) expect([filter, text, body.items]).toEqual([filter, text, []]);
    }
    expect(await rest.count('select count(*) from record')).toBe(before);
  });

  it('S18 cursors that somebody made up are refused', async () => {
    const uuid = '01a209a1-5e2f-74e8-b99a-61db08509881';
    const now = new Date().toISOString();
    const keys = TEXTS.flatMap((text) => [
      [text, text],
      [text, uuid],
      [now, text],
      [now, '-'.repeat(36)],
      [text],
      [`${text}1`],
    ]);
    for (const key of keys) {
      const cursor = Buffer.from(JSON.stringify(key)).toString('base64url');
      for (const list of [
        'records',
        'changes',
        'deliveries',
        'attempts',
        'dead-letters',
        'conflicts',
        'audit',
        'mappings',
      ]) {
        const { status, body } = await rest.api(`/api/v1/${list}?cursor=${cursor}`);
        expect([list, key, status < 500]).toEqual([list, key, true]);
        // A text that is a key by its form may be one: then the page after it is empty or goes on from there.
        if (status !== 400) expect([list, key, Array.isArray(body.items)]).toEqual([list, key, true]);
      }
    }
  });

  it('S18 the same text as native id, name and value arrives as it is', async () => {
    const rows: Document[] = TEXTS.map((text, index) => ({
      id: `${text}#${index}`,
      number: `Q-${index}`,
      name: `客户 ${text} ${index}`,
      note: text,
    }));
    for (const row of rows) expect(await rest.tellCustomer(row)).toBe(200);
    await rest.settled();
    const arrived = new Map(rest.documents('store').map((document) => [document['number'], document]));
    for (const row of rows)
      expect([row['number'], arrived.get(row['number'])?.['note']]).toEqual([
        row['number'],
        String(row['note']).trim().normalize('NFC'),
      ]);
    for (const row of rows) {
      const found = await rest.api(`/api/v1/changes?nativeId=${encodeURIComponent(row.id)}`);
      expect([row.id, found.status, found.body.items?.length]).toEqual([row.id, 200, 1]);
    }
    expect(await rest.count(`select count(*) from replica where state <> 'settled'`)).toBe(0);
  });
});
