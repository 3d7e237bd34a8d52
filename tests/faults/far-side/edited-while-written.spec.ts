import { until } from '../../support/demo-hub.js';
import { person, startTwoSides } from '../../support/two-sides.js';
import type { SideRow, TwoSides } from '../../support/two-sides.js';

jest.setTimeout(90_000);

const NUMBER = 'N0001';

describe('F38 a system tells of an edit while the hub writes another field there', () => {
  let sides: TwoSides;
  afterEach(() => sides?.stop());

  const right = (): SideRow => {
    const row = sides.rows('right').get(NUMBER);
    if (!row) throw new Error(`right has no ${NUMBER}`);
    return row;
  };
  const noted = async (note: string): Promise<boolean> =>
    (await sides.query(`select 1 from record where body->>'note' = '${note}'`)).length === 1;
  const writesAtRight = (): number =>
    sides.sandbox.rest.calls.report().recent.filter(({ call }) => call.startsWith('PATCH /rest/right')).length;

  const startPair = async (): Promise<void> => {
    sides = await startTwoSides({
      before: (sandbox) => sandbox.rest.edit({ type: 'left', set: person(1) as never }),
    });
    sides.sandbox.rest.calls.clear();
  };
  const editLeft = async (set: object): Promise<void> => {
    sides.edit('left', { id: sides.rows('left').get(NUMBER)?.id ?? '', set });
    await sides.read('left');
  };
  const editRight = async (set: object): Promise<void> => {
    sides.edit('right', { id: right().id, set });
    await sides.read('right');
  };
  /** The next write to the right takes a while. */
  const slowRight = (): void => {
    const match = { path: '/right', method: 'PATCH' };
    sides.sandbox.rest.faults.add({ match, delayMs: 2_500, times: 1 });
  };
  const onItsWay = (): Promise<void> =>
    until(() => sides.sandbox.rest.faults.list()[0]?.hits === 1, 'the write is on its way to the right');

  it('what it told is not written back to it, where a newer edit may stand by then', async () => {
    await startPair();
    slowRight();
    await editLeft({ stage: 'buyer' });
    await onItsWay();
    await editRight({ note: 'told meanwhile' });
    await until(() => noted('told meanwhile'), 'the edit of the right is merged');
    expect(right()['stage']).toBe('new');
    await sides.settled();
    expect(right()).toMatchObject({ stage: 'buyer', note: 'told meanwhile' });
    expect(sides.rows('left').get(NUMBER)).toMatchObject({ stage: 'buyer', note: 'told meanwhile' });
    expect(writesAtRight()).toBe(1);
    const [copy] = await sides.query<{ base: string; tried: number[] | null }>(
      `select base, tried_versions as tried from replica where connection_id = 'right'`,
    );
    expect(JSON.parse(copy?.base ?? '')).toMatchObject({ stage: 'buyer', note: 'told meanwhile' });
    expect(copy?.tried).toBeNull();
    // A try that may not have been the last word there, and that was answered since: it is not repeated over what the right says now.
    await sides.query(`update replica set tried_versions = '{2}' where connection_id = 'right'`);
    await editLeft({ email: 'new@example.com' });
    await until(() => right()['email'] === 'new@example.com', 'the address arrives');
    await sides.settled();
    const [last] = await sides.query<{ request: string }>(
      `select calls->0->>'request' as request from attempt where connection_id = 'right' and operation = 'update' order by at desc limit 1`,
    );
    expect(last?.request).toContain('"email"');
    expect(last?.request).not.toContain('"note"');
  });
});
