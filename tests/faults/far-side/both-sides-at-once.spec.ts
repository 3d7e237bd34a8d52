import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deliverBatch, readStream } from '@isthmus/stages';
import { startDemoHub, until } from '../../support/demo-hub.js';
import type { DemoHub } from '../../support/demo-hub.js';

jest.setTimeout(120_000);

interface CrmRow {
  readonly id: string;
  readonly properties: Record<string, string | null>;
}

interface ErpCustomer {
  readonly id: string;
  readonly fields: { readonly remark?: string };
}

interface Conflict {
  readonly id: string;
  readonly pointer: string;
  readonly connection_id: string;
  readonly state: string;
  readonly record: string;
  readonly incoming: string;
}

/** The demo with one policy for the phone of customers. */
async function demoWith(policy: string, folder: string): Promise<DemoHub> {
  const file = join(folder, 'isthmus.yaml');
  const text = readFileSync(join(process.cwd(), 'demo/isthmus.yaml'), 'utf8');
  const mark = 'credit: { resolve: owner, owner: erp, strict: true }';
  expect(text).toContain(mark);
  writeFileSync(file, text.replace(mark, `${mark}\n        contactPoints: ${policy}\n        note: ${policy}`));
  const demo = await startDemoHub({ configFile: file });
  await until(
    async () => (await demo.count('select count(*) from cursor where finished_at is not null')) >= 10,
    'all streams were read once',
  );
  await demo.settled();
  return demo;
}

describe('F38 both sides change one field at once', () => {
  const folder = mkdtempSync(join(tmpdir(), 'isthmus-both-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const crmNote = (demo: DemoHub): string | null | undefined =>
    (demo.sandbox.hubspot.records('contacts') as CrmRow[]).find(
      (row) => row.properties['email'] === 'li.jingyi@example.com',
    )?.properties['erp_note'];
  const erpCustomer = (demo: DemoHub): ErpCustomer =>
    [...demo.sandbox.kingdee.books.customers.all()]
      .map(({ row }) => row)
      .find((row) => row.name === '李静怡') as unknown as ErpCustomer;
  const erpNote = (demo: DemoHub): unknown => erpCustomer(demo).fields.remark;
  const conflicts = (demo: DemoHub): Promise<Conflict[]> =>
    demo.ledger.database.dataSource.query(
      `select id::text, pointer, connection_id, state, record_value #>> '{}' as record, incoming_value #>> '{}' as incoming from conflict where pointer = '/note' order by conflict.id`,
    );

  /** Both change before the hub looks at either: the ERP first, then the CRM two seconds later. */
  async function bothChange(demo: DemoHub): Promise<void> {
    const { hubspot, kingdee } = demo.sandbox;
    const contact = (hubspot.records('contacts') as CrmRow[]).find(
      (row) => row.properties['email'] === 'li.jingyi@example.com',
    )!;
    await demo.hub.runtime.parts.queue.pause('fetch');
    kingdee.edit({ type: 'customer', id: erpCustomer(demo).id, set: { remark: '来自ERP' } });
    hubspot.clock.advance(2_000);
    hubspot.edit({ type: 'contacts', id: contact.id, set: { erp_note: '来自CRM' } });
    await demo.sandbox.settled();
    await until(
      async () => (await demo.count(`select count(*) from change where state = 'fetch' and origin = 'webhook'`)) >= 2,
      'both sides have told',
    );
    await demo.hub.runtime.parts.queue.resume('fetch');
    demo.hub.runtime.parts.queue.hint({ kind: 'fetch', key: 'crm' });
    demo.hub.runtime.parts.queue.hint({ kind: 'fetch', key: 'erp' });
  }

  it.each([
    ['the owner, whoever was later', '{ resolve: owner, owner: erp }', '来自ERP', '来自CRM'],
    ['the latest', '{ resolve: latest }', '来自CRM', '来自ERP'],
  ])('F38 the policy lets %s win on both sides; what lost is kept', async (_name, policy, winner, loser) => {
    const demo = await demoWith(policy, folder);
    try {
      await bothChange(demo);
      await until(
        () => crmNote(demo) === winner && erpNote(demo) === winner,
        `both sides hold ${winner}`,
        30_000,
        async () => JSON.stringify([crmNote(demo), erpNote(demo), await conflicts(demo)]),
      );
      await demo.settled();
      expect([crmNote(demo), erpNote(demo)]).toEqual([winner, winner]);
      const kept = JSON.stringify([
        await conflicts(demo),
        await demo.ledger.database.dataSource.query(`select body from record_version`),
      ]);
      expect(kept).toContain(loser);
      expect((await conflicts(demo)).filter(({ state }) => state === 'open')).toEqual([]);
    } finally {
      await demo.stop();
    }
  });

  it('F38 an edit of which the hub only knows that there is one is not written over before it is read', async () => {
    const demo = await demoWith('{ resolve: owner, owner: erp }', folder);
    try {
      const { hubspot, kingdee } = demo.sandbox;
      const contact = (hubspot.records('contacts') as CrmRow[]).find(
        (row) => row.properties['email'] === 'li.jingyi@example.com',
      );
      await demo.hub.runtime.parts.queue.pause('fetch');
      hubspot.edit({ type: 'contacts', id: String(contact?.id), set: { erp_note: '来自CRM' } });
      await until(
        async () =>
          (await demo.count(`select count(*) from change where connection_id = 'crm' and state = 'fetch'`)) === 1,
        'the CRM has told that there is an edit',
      );
      kingdee.edit({ type: 'customer', id: erpCustomer(demo).id, set: { remark: '来自ERP' } });
      const order = { connectionId: 'erp', stream: 'customers', purpose: 'changes', force: true } as const;
      expect(await readStream(demo.hub.runtime.context, order)).toMatchObject({ ran: true });
      await until(
        async () => (await demo.count(`select count(*) from record where body->>'note' = '来自ERP'`)) === 1,
        'the edit in the ERP is merged',
      );
      for (let times = 0; times < 5; times += 1) {
        await demo.ledger.database.dataSource.query(`update replica set due_at = now() where state = 'pending'`);
        await deliverBatch(demo.hub.runtime.context, 'crm');
      }
      expect(crmNote(demo)).toBe('来自CRM');
      await demo.hub.runtime.parts.queue.resume('fetch');
      demo.hub.runtime.parts.queue.hint({ kind: 'fetch', key: 'crm' });
      await until(() => crmNote(demo) === '来自ERP', 'the owner won');
      await demo.settled();
      expect(await conflicts(demo)).toEqual([
        expect.objectContaining({ connection_id: 'crm', state: 'record', record: '来自ERP', incoming: '来自CRM' }),
      ]);
    } finally {
      await demo.stop();
    }
  });

  it('F38 the policy review writes over neither side until a person decides, and then both hold what was decided', async () => {
    const demo = await demoWith('{ resolve: review }', folder);
    try {
      await bothChange(demo);
      await until(
        async () => (await conflicts(demo)).length > 0,
        'the conflict is kept',
        30_000,
        async () =>
          JSON.stringify(
            [
              crmNote(demo),
              erpNote(demo),
              await demo.ledger.database.dataSource.query(
                `select id, connection_id, stream, native_id, origin, state, source_at, reason->>'code' as code, received_at, attempts, due_at from change where entity = 'customer' order by id desc limit 8`,
              ),
            ],
            null,
            1,
          ),
      );
      await demo.settled();
      const [conflict, ...more] = (await conflicts(demo)) as [Conflict, ...Conflict[]];
      expect(more).toEqual([]);
      expect(conflict).toMatchObject({ pointer: '/note', state: 'open' });
      expect(new Set([conflict.record, conflict.incoming])).toEqual(new Set(['来自CRM', '来自ERP']));
      expect([crmNote(demo), erpNote(demo)]).toEqual(['来自CRM', '来自ERP']);
      const answer = await demo.api(`/api/v1/conflicts/${conflict.id}/decide`, {
        method: 'POST',
        body: { take: 'incoming' },
      });
      expect([answer.status, JSON.stringify(answer.body)]).toEqual([200, expect.any(String)]);
      await until(
        () => crmNote(demo) === conflict.incoming && erpNote(demo) === conflict.incoming,
        'both sides hold what was decided',
      );
      await demo.settled();
      expect((await conflicts(demo))[0]).toMatchObject({ state: 'incoming' });
    } finally {
      await demo.stop();
    }
  });
});
