import { startRestHub } from '../../support/rest-hub.js';
import type { RestHub } from '../../support/rest-hub.js';

jest.setTimeout(60_000);

describe('webhooks without an event id', () => {
  let rest: RestHub;
  beforeAll(async () => {
    rest = await startRestHub();
  });
  afterAll(() => rest?.stop());

  const note = (): unknown[] =>
    rest
      .documents('store')
      .filter((document) => document['number'] === 'N-1')
      .map((document) => document['note']);
  const tell = async (text: string): Promise<void> => {
    const data = { id: 'c1', number: 'N-1', name: '客户', note: text };
    expect(
      (await rest.send({ type: 'customers.updated', collection: 'customers', data }, { eventId: null })).status,
    ).toBe(200);
    await rest.settled();
  };

  it('F31 a value that goes from A to B and back to A ends at A, though the first and the last webhook are the same bytes', async () => {
    await tell('A');
    await tell('B');
    expect(note()).toEqual(['B']);
    await tell('A');
    expect(note()).toEqual(['A']);
  });
});
