import { createLogger } from '@isthmus/platform';
import { customer } from '../../support/bursts.js';
import { startRestHub } from '../../support/rest-hub.js';
import type { RestHub } from '../../support/rest-hub.js';

jest.setTimeout(90_000);

interface Reason {
  readonly code: string;
  readonly message: { readonly en: string };
}

interface Rejected {
  readonly state: string;
  readonly reason: { readonly code: string; readonly issues?: readonly { code: string; path: string }[] };
  readonly raw: string;
}

const MAPPING = `
mapping: 1
stream: customers
entity: customer
title: { en: Customers, zh: 客户 }
lookups:
  stage: { new: lead, buyer: customer }
rules:
  - { canonical: kind, constant: organization }
  - { canonical: displayName, native: name }
  - { canonical: organization.legalName, native: name, direction: in }
  - { canonical: customerNumber, native: number }
  - { canonical: lifecycleStage, native: stage, transform: { enum: { table: stage } } }
  - { canonical: note, native: note }
`;

describe('a source whose rows change their shape', () => {
  let rest: RestHub;
  const logged: string[] = [];
  beforeEach(async () => {
    logged.length = 0;
    const destination = { write: (line: string) => void logged.push(line) };
    rest = await startRestHub({
      customerMapping: MAPPING,
      hub: { logger: createLogger({ level: 'warn', destination }) },
    });
  });
  afterEach(() => rest?.stop());

  const RECORDS = 60;
  const tellAll = async (more: (number: number) => object): Promise<void> => {
    for (let number = 0; number < RECORDS; number += 1)
      expect(await rest.tellCustomer(customer(number, more(number)))).toBe(200);
    await rest.settled();
  };
  const changes = (): Promise<Rejected[]> =>
    rest.rows<Rejected>(`select state, reason, raw from change where connection_id = 'shop' order by change.id`);
  const reasons = async (): Promise<Reason[]> =>
    ((await rest.api('/api/v1/status')).body as unknown as { reasons: Reason[] }).reasons;

  it('F40 a new field does no harm, and is kept as it came', async () => {
    await tellAll(() => ({ loyalty: { level: 'gold', points: '12345678901234567890' } }));
    const seen = await changes();
    expect(new Set(seen.map(({ state }) => state))).toEqual(new Set(['merged']));
    expect(JSON.parse(seen[0]?.raw ?? '{}')).toMatchObject({
      loyalty: { level: 'gold', points: '12345678901234567890' },
    });
    const [replica] = await rest.rows<{ base: string }>(
      `select base from replica where connection_id = 'shop' limit 1`,
    );
    expect(JSON.parse(replica?.base ?? '{}')).toMatchObject({ loyalty: { level: 'gold' } });
    expect(rest.documents('store')).toHaveLength(RECORDS);
    expect(logged).toEqual([]);
    expect(await reasons()).toEqual([]);
  });

  it.each<[string, object, string, string]>([
    ['a required field that is missing', { name: undefined }, 'schema.required', '/organization'],
    ['a text that became an object', { note: { text: 'x' } }, 'mapping.wrong-type', '/note'],
    ['an unknown value of a list', { stage: 'vip' }, 'mapping.unmapped-value', '/stage'],
  ])(
    'F40 %s is refused with its path and kept whole; a person is told once, not for each of the records',
    async (_name, more, code, path) => {
      await tellAll(() => more);
      const seen = await changes();
      expect(seen.map(({ state }) => state)).toEqual(seen.map(() => 'rejected'));
      expect(seen.every(({ raw }) => typeof raw === 'string' && raw.length > 0)).toBe(true);
      const groups = (await rest.api('/api/v1/dead-letters?groupBy=cause')).body.items as {
        code: string;
        path: string;
        count: number;
      }[];
      expect(groups.map((group) => [group.code, group.path, group.count])).toContainEqual([code, path, RECORDS]);
      expect(groups).toHaveLength(1);
      expect(await reasons()).toHaveLength(1);
      expect(logged.length).toBeLessThanOrEqual(1);
      // Nobody is written to, and the others go on.
      expect(rest.documents('store')).toEqual([]);
      expect(await rest.tellCustomer(customer(1_000))).toBe(200);
      await rest.settled();
      expect(rest.documents('store')).toHaveLength(1);
    },
  );
});
