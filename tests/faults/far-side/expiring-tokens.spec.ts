import { startDemoHub, until } from '../../support/demo-hub.js';

jest.setTimeout(120_000);

describe('F24 credentials that expire in the middle of a pull', () => {
  it.each([
    ['the tokens expire', 'expireTokens'],
    ['the app secret is rotated', 'rotateSecret'],
  ])(
    'when %s between two pages and among detail reads, they are renewed once each time and nothing is skipped',
    async (_name, action) => {
      const demo = await startDemoHub({ seed: true, webhooks: false });
      try {
        const { kingdee } = demo.sandbox;
        await until(
          async () => (await demo.count('select count(*) from cursor where finished_at is not null')) >= 10,
          'all streams were read once',
        );
        await demo.settled();
        const customersBefore = await demo.count(
          `select count(*) from replica where connection_id = 'erp' and entity = 'customer' and native_id is not null`,
        );
        const authBefore = kingdee.calls.report().auth;
        kingdee.generate({ type: 'customer', count: 350 });
        const arrived = kingdee.calls.arrived.bind(kingdee.calls);
        let lists = 0;
        let details = 0;
        kingdee.calls.arrived = (request, now) => {
          if (/\/bd\/customer\?/.test(request.url) && (lists += 1) === 3) kingdee.actions[action]!({});
          if (request.url.includes('/bd/customer_detail') && (details += 1) === 60) kingdee.actions[action]!({});
          arrived(request, now);
        };
        await demo.ledger.database.dataSource.query(
          `update cursor set next_at = now() where connection_id = 'erp' and stream = 'customers'`,
        );
        const read = (): Promise<number> =>
          demo.count(
            `select count(*) from replica where connection_id = 'erp' and entity = 'customer' and native_id is not null`,
          );
        await until(async () => (await read()) >= customersBefore + 350, 'all customers were read', 60_000);
        await demo.settled();
        kingdee.calls.arrived = arrived;
        expect(await read()).toBe(customersBefore + 350);
        const renewals = (lists >= 3 ? 1 : 0) + (details >= 60 ? 1 : 0);
        expect(renewals).toBeGreaterThan(0);
        // One renewal is two calls: the key pair, then the token.
        expect(kingdee.calls.report().auth - authBefore).toBe(renewals * 2);
        expect(await demo.count(`select count(*) from change where state in ('dead', 'rejected')`)).toBe(0);
        expect(await demo.count(`select count(*) from cursor where failure is not null`)).toBe(0);
        expect(await demo.count(`select count(*) from connection where state <> 'active'`)).toBe(0);
      } finally {
        await demo.stop();
      }
    },
  );
});
