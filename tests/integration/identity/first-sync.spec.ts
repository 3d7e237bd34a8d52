import { startTwoBooks, bookOrder } from '../../support/two-books.js';
import type { TwoBooks } from '../../support/two-books.js';
import { until } from '../../support/demo-hub.js';

jest.setTimeout(180_000);

interface Counted {
  readonly connectionId: string;
  readonly count: number;
}

interface Report {
  readonly complete: boolean;
  readonly awaitsConfirmationSince: string | null;
  readonly digest: string;
  readonly linked: { readonly count: number };
  readonly unmatched: readonly (Counted & { readonly wouldCreateIn: readonly string[] })[];
  readonly ambiguous: readonly Counted[];
  readonly contradictions: readonly Counted[];
  readonly duplicates: readonly Counted[];
  readonly writes: readonly {
    readonly connectionId: string;
    readonly creates: number;
    readonly updates: number;
    readonly underReview: number;
    readonly unwritable: number;
  }[];
}

interface Status {
  readonly reasons: readonly {
    readonly code: string;
    readonly flowId: string | null;
    readonly message: { readonly en: string };
  }[];
}

const SHARED = 12;
const LEFT_ONLY = 7;
const RIGHT_ONLY = 5;

function fill(write: (collection: string, row: Record<string, unknown>) => void): void {
  for (let index = 0; index < SHARED; index += 1) {
    write('left-customers', {
      id: `L${index}`,
      name: `Firm ${index}`,
      taxId: `TAX-${index}`,
      note: index < 4 ? 'from left' : undefined,
    });
    write('right-customers', { id: `R${index}`, name: `Firm ${index}`, taxId: `tax-${index}` });
  }
  for (let index = 0; index < LEFT_ONLY; index += 1)
    write('left-customers', { id: `LO${index}`, name: `Left ${index}`, taxId: `LEFT-${index}` });
  for (let index = 0; index < RIGHT_ONLY; index += 1)
    write('right-customers', { id: `RO${index}`, name: `Right ${index}`, taxId: `RIGHT-${index}` });
  // One medium key alone: a person decides. Another tax number on shared phone and e-mail: a contradiction.
  write('left-customers', { id: 'LA', name: 'Ann', phone: '13800138000' });
  write('right-customers', { id: 'RA', name: 'Anne', phone: '13800138000' });
  write('left-customers', { id: 'LC', name: 'Cole', taxId: 'C-1', phone: '13900139000', email: 'cole@example.com' });
  write('right-customers', { id: 'RC', name: 'Cole', taxId: 'C-2', phone: '13900139000', email: 'cole@example.com' });
  // Twice in one system.
  write('right-customers', { id: 'RD1', name: 'Dora', taxId: 'D-1' });
  write('right-customers', { id: 'RD2', name: 'Dora again', taxId: 'D-1' });
  write('left-orders', bookOrder('1001', 'L0'));
}

describe('the first sync of two systems that already hold data', () => {
  let books: TwoBooks;
  let report: Report;

  beforeAll(async () => {
    books = await startTwoBooks({ policy: { firstSync: 'confirm' }, before: fill });
    await until(
      async () =>
        (await books.count(`select count(*) from cursor where purpose = 'changes' and finished_at is not null`)) >= 4,
      'both books were read once',
    );
    await books.settled();
  });
  afterAll(() => books?.stop());

  const matching = async (flow: string): Promise<Report> =>
    (await books.api<Report>(`/api/v1/flows/${flow}/matching`)).body;
  const writes = (): number => books.sandbox.rest.calls.report().writes;
  const of = (list: readonly Counted[], connectionId: string): number =>
    list.find((row) => row.connectionId === connectionId)?.count ?? 0;

  it('writes nothing anywhere before a person confirms, and says since when it waits', async () => {
    expect(writes()).toBe(0);
    const { body } = await books.api<Status>('/api/v1/status');
    const reasons = body.reasons.filter(({ code }) => code === 'flow.awaits-confirmation');
    expect(reasons.map(({ flowId }) => flowId)).toEqual(['customers', 'orders']);
    expect(reasons[0]?.message.en).toMatch(/waits since \d{4}-\d\d-\d\d \d\d:\d\d UTC/);
  });

  it('reports what is linked, alone, ambiguous, contradictory and twice in one system', async () => {
    report = await matching('customers');
    expect(report.complete).toBe(true);
    expect(report.awaitsConfirmationSince).not.toBeNull();
    expect(report.linked.count).toBe(SHARED);
    const ambiguous = of(report.ambiguous, 'left') + of(report.ambiguous, 'right');
    const contradictions = of(report.contradictions, 'left') + of(report.contradictions, 'right');
    expect([ambiguous, contradictions, of(report.duplicates, 'right'), of(report.duplicates, 'left')]).toEqual([
      1, 1, 1, 0,
    ]);
    const alone = of(report.unmatched, 'left') + of(report.unmatched, 'right');
    // Of the ambiguous, the contradictory and the double pair one each is a record of its own by now.
    expect(alone).toBe(LEFT_ONLY + RIGHT_ONLY + 3);
    expect(report.unmatched.find(({ connectionId }) => connectionId === 'left')?.wouldCreateIn).toEqual(['right']);
    const creates = report.writes.reduce((sum, row) => sum + row.creates, 0);
    expect(creates).toBe(LEFT_ONLY + RIGHT_ONLY + 1);
    expect(report.writes.reduce((sum, row) => sum + row.underReview, 0)).toBe(2);
    expect(report.writes.find(({ connectionId }) => connectionId === 'right')?.updates).toBeGreaterThanOrEqual(4);
    expect(report.writes.every(({ unwritable }) => unwritable === 0)).toBe(true);
  });

  it('keeps waiting when a system changes, and refuses a confirmation of other counts than were looked at', async () => {
    books.write('left-customers', { id: 'LX', name: 'Late', taxId: 'LATE-1' });
    await books.read('left-customers');
    expect(writes()).toBe(0);
    const answer = await books.api<{ code: string }>('/api/v1/flows/customers/matching/confirm', {
      method: 'POST',
      body: { digest: report.digest },
    });
    expect([answer.status, answer.body.code]).toEqual([409, 'flow.matching-changed']);
    report = await matching('customers');
    expect(writes()).toBe(0);
  });

  it('then writes exactly what the report said: creates, updates and links, and nothing twice', async () => {
    const records = await books.count(`select count(*) from record where entity = 'customer'`);
    const answer = await books.api<Report>('/api/v1/flows/customers/matching/confirm', {
      method: 'POST',
      body: { digest: report.digest },
      headers: { 'idempotency-key': 'confirm-1' },
    });
    expect(answer.status).toBe(200);
    await books.settled();
    for (const { connectionId, creates, updates } of report.writes) {
      const { created = 0, updated = 0 } = books.effects(`${connectionId}-customers`);
      expect({ connectionId, created, updated }).toEqual({ connectionId, created: creates, updated: updates });
    }
    expect((await matching('customers')).linked.count).toBe(SHARED);
    expect(await books.count(`select count(*) from record where entity = 'customer'`)).toBe(records);
    const taxIds = books.documents('left-customers').map(({ taxId }) => String(taxId).toUpperCase());
    const told = taxIds.filter((taxId) => taxId !== 'UNDEFINED');
    expect(told).toHaveLength(new Set(told).size);
    expect(books.effects('left-orders')).toEqual({});
    expect(books.effects('right-orders')).toEqual({});
  });

  it('lets one flow write while another still waits, and writes the order once its own report is confirmed', async () => {
    const table = await books.isthmus('flow matching orders -o table');
    expect([table.code, table.err]).toEqual([0, '']);
    expect(table.out).toMatch(/waits since .* for a confirmation/);
    expect(table.out).toMatch(/^right +1 +0 +0 +0 +0 +0$/m);
    expect((await books.isthmus('flow confirm orders')).code).toBe(4);
    expect((await books.isthmus('flow confirm orders --dry-run')).out).toContain('"creates": 1');
    expect(books.effects('right-orders')).toEqual({});
    expect((await books.isthmus('flow confirm orders --yes')).code).toBe(0);
    await books.settled();
    expect(books.effects('right-orders')).toEqual({ created: 1 });
    expect(books.documents('right-orders')[0]).toMatchObject({ number: '1001', customerId: 'R0' });
    const again = await books.api<{ code: string }>('/api/v1/flows/orders/matching/confirm', {
      method: 'POST',
      body: {},
    });
    expect([again.status, again.body.code]).toEqual([409, 'flow.not-awaiting']);
    const audit = await books.rows(`select action, object from audit where action = 'flow.confirm' order by id`);
    expect(audit).toEqual([
      { action: 'flow.confirm', object: 'flow:customers' },
      { action: 'flow.confirm', object: 'flow:orders' },
    ]);
  });
});
