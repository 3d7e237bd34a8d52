import type { ReplicaAnswer } from '@isthmus/api-contract';
import { until } from '../../support/demo-hub.js';
import { peopleMapping } from '../../support/mapping-landscape.js';
import { startPeopleHub } from '../../support/people-hub.js';
import type { PeopleConnection, PeopleHub } from '../../support/people-hub.js';

jest.setTimeout(120_000);

const MAPPING = peopleMapping({
  more: ['{ canonical: parentId, native: parent, reference: { entity: customer, stream: people } }'],
});
const person = (number: string): object => ({
  name: `Firm ${number}`,
  number,
  phone: `1380013800${number === 'A' ? 1 : 2}`,
  note: number,
});

describe('records that refer to one another in a ring', () => {
  let people: PeopleHub;
  afterEach(() => people?.stop());

  /** Two people of the left that are each other's parent, while nothing is delivered to the right. */
  async function ring(change?: (connection: PeopleConnection) => void): Promise<void> {
    people = await startPeopleHub([], { mapping: MAPPING, ...(change && { change }) });
    await people.settled();
    await people.api('POST', '/connections/right/pause', { entity: 'customer' });
    const { landscape } = people;
    for (const number of ['A', 'B']) landscape.sandbox.rest.edit({ type: 'left', set: person(number) as never });
    await until(async () => (await people.count('select count(*) from record')) === 2, 'both are known', 30_000);
    const idOf = (number: string): string => landscape.documents('left').find((row) => row.number === number)?.id ?? '';
    landscape.edit('left', 'A', { parent: idOf('B') });
    landscape.edit('left', 'B', { parent: idOf('A') });
    await until(
      async () => (await people.count(`select count(*) from record where body ? 'parentId'`)) === 2,
      'they refer to one another',
      30_000,
    );
  }

  it('are made in two steps: one without its reference, the other, then the reference', async () => {
    await ring();
    await people.api('POST', '/connections/right/resume', { entity: 'customer' });
    await until(() => people.landscape.documents('right').length === 2, 'both are made', 30_000);
    await people.settled();
    const right = new Map(people.landscape.documents('right').map((row) => [row.number, row]));
    expect([...right.keys()].sort()).toEqual(['A', 'B']);
    expect(right.get('A')?.['parent']).toBe(right.get('B')?.id);
    expect(right.get('B')?.['parent']).toBe(right.get('A')?.id);
    expect(await people.count(`select count(*) from replica where state <> 'settled'`)).toBe(0);
  });

  it('go to the dead letters with their reason where each must name the other when it is made', async () => {
    await ring(({ id, settings }) => {
      if (id === 'right') settings.streams.people['schema'] = { type: 'object', required: ['parent'] };
    });
    await people.api('POST', '/connections/right/resume', { entity: 'customer' });
    await until(
      async () => (await people.count(`select count(*) from replica where state = 'dead'`)) === 2,
      'both wait for a person',
      30_000,
    );
    const { body } = await people.api<{ items: ReplicaAnswer[] }>('GET', '/deliveries?state=dead');
    expect(body.items.map(({ failure }) => failure?.['code'])).toEqual([
      'delivery.reference-cycle',
      'delivery.reference-cycle',
    ]);
    expect(people.landscape.documents('right')).toEqual([]);
  });

  it('one that is blocked says by name what it waits for, and why that is not there', async () => {
    await ring();
    // The ring is broken by hand: A refers to nobody, and cannot be made.
    people.landscape.sandbox.rest.faults.add({ match: { path: '/right', kind: 'write' }, status: 422 });
    people.landscape.edit('left', 'A', { parent: '' });
    await until(
      async () => (await people.count(`select count(*) from record where body ? 'parentId'`)) === 1,
      'A refers to nobody',
      30_000,
    );
    await people.api('POST', '/connections/right/resume', { entity: 'customer' });
    await until(
      async () =>
        (await people.count(`select count(*) from replica where connection_id = 'right' and state = 'blocked'`)) ===
          1 &&
        (await people.count(`select count(*) from replica where connection_id = 'right' and state = 'dead'`)) === 1,
      'A is dead and B waits for it',
      30_000,
    );
    const { body } = await people.api<{ items: ReplicaAnswer[] }>('GET', '/deliveries?state=blocked');
    expect(body.items[0]?.waitsFor).toMatchObject({ entity: 'customer', label: 'F***', syncState: 'dead' });
    expect(body.items[0]?.waitsFor?.why.en).toMatch(/^It is stopped; cure that first\./);
  });

  it('are taken in two steps as well where all of them are new: one without its reference, the others, then the reference', async () => {
    people = await startPeopleHub([], { mapping: MAPPING });
    await people.settled();
    await people.api('POST', '/connections/left/pause', {});
    const { landscape } = people;
    for (const number of ['A', 'B', 'C', 'D'])
      landscape.sandbox.rest.edit({ type: 'left', set: { ...person(number), phone: undefined } as never });
    const idOf = (number: string): string => landscape.documents('left').find((row) => row.number === number)?.id ?? '';
    // Three in a ring, and one that is its own parent.
    for (const [number, parent] of ['AB', 'BC', 'CA', 'DD'] as unknown as [string, string][])
      landscape.edit('left', number, { parent: idOf(parent) });
    await people.api('POST', '/connections/left/resume', {});
    await until(
      async () => (await people.count(`select count(*) from record where body ? 'parentId'`)) === 4,
      'all refer to their parents',
      60_000,
      async () => JSON.stringify(await people.rows('select native_id, state, waiting_on, reason from change')),
    );
    await people.settled();
    const parents = (side: 'left' | 'right'): string[] => {
      const numbers = new Map(landscape.documents(side).map((row) => [row.id, row.number]));
      return landscape.documents(side).map((row) => `${row.number}${numbers.get(String(row['parent']))}`);
    };
    expect(parents('left').sort()).toEqual(['AB', 'BC', 'CA', 'DD']);
    expect(parents('right').sort()).toEqual(['AB', 'BC', 'CA', 'DD']);
    expect(await people.count(`select count(*) from change where state not in ('merged', 'unchanged', 'stale')`)).toBe(
      0,
    );
  });
});
