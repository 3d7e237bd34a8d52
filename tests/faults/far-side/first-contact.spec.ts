import { startDemoHub, until } from '../../support/demo-hub.js';

jest.setTimeout(120_000);

/**
 * Both systems know the same customers. The hub reads both at once, so what one told is ready to be created in the other while that one is
 * still being read: the order of these steps differs from start to start.
 */
describe('the first contact with two systems that hold the same customers', () => {
  it.each([1, 2, 3, 4, 5])('F17 creates nothing twice and leaves nothing to review (start %d)', async () => {
    const demo = await startDemoHub();
    try {
      await until(
        async () => (await demo.count('select count(*) from cursor where finished_at is not null')) >= 10,
        'all streams were read once',
      );
      await demo.settled();
      const { hubspot, kingdee } = demo.sandbox;
      expect([...kingdee.books.customers.all()]).toHaveLength(12);
      expect(hubspot.records('contacts').length + hubspot.records('companies').length).toBe(12);
      expect(await demo.count(`select count(*) from record where entity = 'customer'`)).toBe(12);
      expect(
        await demo.count(`select count(*) from change where state in ('review', 'waiting', 'rejected', 'dead')`),
      ).toBe(0);
    } finally {
      await demo.stop();
    }
  });
});
