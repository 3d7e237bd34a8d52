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

  it('what it told is not written back to it, where a newer edit may stand by then', async () => {
    sides = await startTwoSides({
      before: (sandbox) => {
        sandbox.rest.edit({ type: 'left', set: person(1) as never });
      },
    });
    const { rest } = sides.sandbox;
    rest.calls.clear();
    rest.faults.add({ match: { path: '/right', method: 'PATCH' }, delayMs: 2_500, times: 1 });
    sides.edit('left', { id: sides.rows('left').get(NUMBER)?.id ?? '', set: { stage: 'buyer' } });
    await sides.read('left');
    await until(() => rest.faults.list()[0]?.hits === 1, 'the stage is on its way to the right');
    sides.edit('right', { id: right().id, set: { note: 'told meanwhile' } });
    await sides.read('right');
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
  });
});
