import { Client } from 'pg';
import { until } from '../../support/demo-hub.js';
import { bookOrder, startTwoBooks } from '../../support/two-books.js';
import type { TwoBooks } from '../../support/two-books.js';

jest.setTimeout(180_000);

interface Replica {
  readonly connectionId: string;
  readonly nativeId: string | null;
  readonly syncState: string;
  readonly evidence: unknown;
}

interface RecordBody {
  readonly id: string;
  readonly version: number;
  readonly recordStatus: string;
  readonly mergedIntoId: string | null;
  readonly body: { readonly [field: string]: unknown };
  readonly provenance: { readonly [pointer: string]: unknown };
  readonly replicas: readonly Replica[];
}

interface MergeAnswer {
  readonly code?: string;
  readonly mergeId: string | null;
  readonly body: { readonly [field: string]: unknown };
  readonly fields: readonly { readonly pointer: string; readonly takes: string }[];
  readonly contradictions: readonly string[];
  readonly replicas: readonly {
    readonly connectionId: string;
    readonly nativeId: string | null;
    readonly of: string;
    readonly what: string;
  }[];
  readonly references: { readonly count: number };
  readonly reviews: number;
}

interface UnmergeAnswer {
  readonly code?: string;
  readonly changes: readonly { readonly pointer: string; readonly with: string; readonly because: string }[];
  readonly replicas: readonly { readonly connectionId: string; readonly nativeId: string; readonly to: string }[];
  readonly references: number;
}

/** Everything that an undo must bring back, without what only says that there was one. */
interface Snapshot {
  readonly records: unknown;
  readonly replicas: unknown;
  readonly keys: unknown;
  readonly orders: unknown;
}

class Landscape {
  constructor(readonly books: TwoBooks) {}

  async idOf(connection: string, nativeId: string): Promise<string> {
    const [row] = await this.books.rows<{ id: string }>(
      `select record_id as id from replica where connection_id = '${connection}' and native_id = '${nativeId}'`,
    );
    if (!row) throw new Error(`${connection} ${nativeId} is not known`);
    return row.id;
  }

  async record(id: string): Promise<RecordBody> {
    return (await this.books.api<RecordBody>(`/api/v1/records/${id}`)).body;
  }

  async merge(survivor: string, other: string, body: object = {}): Promise<MergeAnswer & { status: number }> {
    const answer = await this.books.api<MergeAnswer>(`/api/v1/records/${survivor}/merge`, {
      method: 'POST',
      body: { other, ...body },
    });
    return { ...answer.body, status: answer.status };
  }

  async unmerge(id: string): Promise<UnmergeAnswer & { status: number }> {
    const answer = await this.books.api<UnmergeAnswer>(`/api/v1/records/${id}/unmerge`, { method: 'POST' });
    return { ...answer.body, status: answer.status };
  }

  async snapshot(...ids: string[]): Promise<Snapshot> {
    const list = ids.map((id) => `'${id}'`).join(', ');
    const records = [];
    for (const id of ids) {
      const { body, recordStatus, provenance, mergedIntoId } = await this.record(id);
      const { '/recordStatus': _who, ...fields } = provenance;
      records.push({ id, body, recordStatus, provenance: fields, mergedIntoId });
    }
    return {
      records,
      replicas: await this.books.rows(
        `select record_id, connection_id, stream, native_id, state, evidence, delivered_version = desired_version as in_step, unwanted
         from replica where record_id in (${list}) order by 1, 2`,
      ),
      keys: await this.books.rows(`select key, record_id from identity_key where record_id in (${list}) order by 1, 2`),
      orders: await this.books.rows(`select id, body from record where entity = 'order' order by id`),
    };
  }
}

async function firstReads(books: TwoBooks, streams: number): Promise<void> {
  await until(
    async () =>
      (await books.count(`select count(*) from cursor where purpose = 'changes' and finished_at is not null`)) >=
      streams,
    'all was read once',
  );
  await books.settled();
}

describe('merging two records that one system each knows', () => {
  let books: TwoBooks;
  let land: Landscape;
  let x: string;
  let y: string;
  let before: Snapshot;

  beforeAll(async () => {
    books = await startTwoBooks({
      policy: { firstSync: 'confirm' },
      before: (write) => {
        write('left-customers', {
          id: 'L1',
          name: 'Hill Trading',
          taxId: 'T-1',
          phone: '13800138000',
          note: 'left note',
        });
        write('right-customers', {
          id: 'R1',
          name: 'Hill Trade Ltd',
          taxId: 'T-2',
          email: 'hill@example.com',
          number: 'R-77',
        });
        write('left-orders', bookOrder('L-100', 'L1'));
        write('right-orders', bookOrder('R-100', 'R1'));
        write('right-orders', bookOrder('R-101', 'R1'));
      },
    });
    land = new Landscape(books);
    await firstReads(books, 4);
    x = await land.idOf('left', 'L1');
    y = await land.idOf('right', 'R1');
    before = await land.snapshot(x, y);
  });
  afterAll(() => books?.stop());

  it('never links them by itself, for their tax numbers differ', async () => {
    expect(x).not.toBe(y);
    expect(await books.count(`select count(*) from record where entity = 'customer'`)).toBe(2);
  });

  it('previews what the merged record will hold and what moves, and changes nothing', async () => {
    const preview = await land.merge(x, y, { dryRun: true, fields: { '/displayName': 'other' } });
    expect(preview).toMatchObject({ status: 200, mergeId: null, contradictions: ['taxId'], references: { count: 2 } });
    expect(preview.body).toMatchObject({
      displayName: 'Hill Trade Ltd',
      note: 'left note',
      customerNumber: 'R-77',
      organization: { taxId: 'T-1' },
    });
    expect(preview.body['contactPoints']).toHaveLength(2);
    expect(preview.replicas.map(({ connectionId, of, what }) => `${connectionId} ${of} ${what}`).sort()).toEqual([
      'left other dropped',
      'left survivor stays',
      'right other moves',
      'right survivor dropped',
    ]);
    expect(await land.snapshot(x, y)).toEqual(before);
  });

  it('refuses a choice for a field that nobody has, a record with itself, and versions that have moved on', async () => {
    expect(await land.merge(x, y, { fields: { '/nonsense': 'other' } })).toMatchObject({
      status: 422,
      code: 'record.merge-choice',
    });
    expect(await land.merge(x, x)).toMatchObject({ status: 409, code: 'record.merge-unfit' });
    expect(await land.merge(x, y, { otherVersion: 99 })).toMatchObject({ status: 412, code: 'precondition.failed' });
    expect(await land.unmerge(y)).toMatchObject({ status: 409, code: 'record.not-merged' });
  });

  it('merges them with copies, references and keys; the other one points at the survivor', async () => {
    const done = await land.merge(x, y, { fields: { '/displayName': 'other' } });
    expect(done).toMatchObject({ status: 200, references: { count: 2 } });
    const survivor = await land.record(x);
    expect(survivor.body).toMatchObject({ displayName: 'Hill Trade Ltd', mergedFromIds: [{ id: y }] });
    expect(survivor.replicas.map(({ connectionId, nativeId }) => [connectionId, nativeId])).toEqual([
      ['left', 'L1'],
      ['right', 'R1'],
    ]);
    expect(survivor.replicas[1]?.evidence).toMatchObject({
      rule: 'merged',
      confidence: 'certain',
      by: 'api:ISTHMUS_API_KEY',
    });
    const merged = await books.api<RecordBody>(`/api/v1/records/${y}`);
    expect(merged.body).toMatchObject({ recordStatus: 'merged', mergedIntoId: x });
    expect(merged.headers.get('link')).toBe(`</api/v1/records/${x}>; rel="canonical"`);
    const orders = await books.rows<{ customer: string }>(
      `select body->'customerId'->>'id' as customer from record where entity = 'order'`,
    );
    expect(orders.map(({ customer }) => customer)).toEqual([x, x, x]);
    expect(await land.merge(x, y)).toMatchObject({ status: 409, code: 'record.merge-unfit' });
  });

  it('takes what the other record’s object says now into the survivor, and keeps both histories', async () => {
    books.write('right-customers', { email: 'new@example.com' }, 'R1');
    await books.read('right-customers');
    expect(JSON.stringify((await land.record(x)).body['contactPoints'])).toContain('new@example.com');
    for (const id of [x, y]) {
      const { body } = await books.api<{ items: { actor: string; recordStatus: string }[] }>(
        `/api/v1/records/${id}/history`,
      );
      expect(body.items.some(({ actor }) => actor === 'api:ISTHMUS_API_KEY')).toBe(true);
    }
    const audit = await books.rows(`select action, object from audit where action like 'record.merge%' order by id`);
    expect(audit).toEqual([
      { action: 'record.merge', object: `record:${x}` },
      { action: 'record.merged-away', object: `record:${y}` },
    ]);
  });

  it('takes new orders of either system’s customer as the survivor’s', async () => {
    books.write('left-orders', bookOrder('L-101', 'L1'));
    books.write('right-orders', bookOrder('R-102', 'R1'));
    await books.read('left-orders', 'right-orders');
    expect(
      await books.count(`select count(*) from record where entity = 'order' and body->'customerId'->>'id' = '${x}'`),
    ).toBe(5);
  });

  it('takes them apart: each with what its own system said, references where they belong, and nothing lost', async () => {
    const done = await land.unmerge(y);
    expect(done.status).toBe(200);
    expect(done.changes.map((change) => [change.with, change.because])).toEqual(
      done.changes.map(() => ['other', 'said-by-its-copy']),
    );
    expect(done.replicas).toEqual([{ connectionId: 'right', nativeId: 'R1', to: 'other' }]);
    // R-102 came after the merge: its system names R1, so it is the other record's.
    expect(done.references).toBe(3);
    await books.settled();
    const natives = (rows: unknown): unknown =>
      (rows as { [name: string]: unknown }[]).map(({ record_id, connection_id, native_id }) => [
        record_id,
        connection_id,
        native_id,
      ]);
    expect(natives((await land.snapshot(x, y)).replicas)).toEqual(natives(before.replicas));
    const [survivor, other] = [await land.record(x), await land.record(y)];
    expect(survivor.body).toEqual((before.records as { body: object }[])[0]?.body);
    expect(other.body).toMatchObject({ displayName: 'Hill Trade Ltd', organization: { taxId: 'T-2' } });
    expect(JSON.stringify(other.body['contactPoints'])).toContain('new@example.com');
    const owners = await books.rows<{ number: string; customer: string }>(
      `select body->>'orderNumber' as number, body->'customerId'->>'id' as customer from record where entity = 'order' order by 1`,
    );
    expect(
      owners.map(({ number, customer }) => [number, customer === x ? 'x' : customer === y ? 'y' : customer]),
    ).toEqual([
      ['L-100', 'x'],
      ['L-101', 'x'],
      ['R-100', 'y'],
      ['R-101', 'y'],
      ['R-102', 'y'],
    ]);
    const merges = await books.api<{ items: { state: string; undoneBy: string }[] }>(`/api/v1/records/${y}/merges`);
    expect(merges.body.items).toMatchObject([{ state: 'undone', undoneBy: 'api:ISTHMUS_API_KEY' }]);
  });

  it('undone at once it leaves the ledger as it was: bodies, provenance, copies, keys and references', async () => {
    const now = await land.snapshot(x, y);
    expect((await land.merge(x, y)).status).toBe(200);
    expect((await land.unmerge(y)).status).toBe(200);
    await books.settled();
    expect(await land.snapshot(x, y)).toEqual(now);
    expect(books.sandbox.rest.calls.report().writes).toBe(0);
  });

  it('answers a repeated order from the first one', async () => {
    const order = { method: 'POST', body: { other: y }, headers: { 'idempotency-key': 'merge-once' } };
    const first = await books.api<MergeAnswer>(`/api/v1/records/${x}/merge`, order);
    const second = await books.api<MergeAnswer>(`/api/v1/records/${x}/merge`, order);
    expect([first.status, second.status, second.body.mergeId]).toEqual([200, 200, first.body.mergeId]);
    expect((await land.unmerge(y)).status).toBe(200);
  });
});

describe('merging two records that every system knows', () => {
  let books: TwoBooks;
  let land: Landscape;
  let x: string;
  let y: string;

  beforeAll(async () => {
    books = await startTwoBooks({
      before: (write) => {
        write('left-customers', { id: 'L1', name: 'River', taxId: 'R-1', note: 'one' });
        write('left-customers', { id: 'L2', name: 'River Ltd', taxId: 'R-2', note: 'two', phone: '13700137000' });
        write('left-orders', bookOrder('L-200', 'L2'));
      },
    });
    land = new Landscape(books);
    await firstReads(books, 4);
    x = await land.idOf('left', 'L1');
    y = await land.idOf('left', 'L2');
  });
  afterAll(() => books?.stop());

  const right = (name: string): Record<string, unknown> | undefined =>
    books.documents('right-customers').find((row) => row['name'] === name);
  const left = (id: string): Record<string, unknown> | undefined =>
    books.documents('left-customers').find((row) => row.id === id);

  it('undone it leaves ledger and far sides as they were: bodies, provenance, copies, keys, references, documents', async () => {
    const far = (): unknown =>
      ['left-customers', 'right-customers', 'left-orders', 'right-orders'].map((name) =>
        books
          .documents(name)
          .map(({ version: _version, updatedAt: _at, ...row }) =>
            Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null && value !== '')),
          ),
      );
    const [ledger, documents] = [await land.snapshot(x, y), far()];
    expect((await land.merge(x, y)).status).toBe(200);
    await books.settled();
    expect(far()).not.toEqual(documents);
    expect((await land.unmerge(y)).status).toBe(200);
    await books.settled();
    expect(await land.snapshot(x, y)).toEqual(ledger);
    expect(far()).toEqual(documents);
  });

  it('keeps one copy per system in step and leaves the double alone; the order moves over there too', async () => {
    const customerBefore = books.documents('right-orders')[0]?.['customerId'];
    expect(customerBefore).toBe(right('River Ltd')?.['id']);
    const done = await land.merge(x, y);
    expect(done.replicas.map(({ connectionId, of, what }) => `${connectionId} ${of} ${what}`).sort()).toEqual([
      'left other kept-double',
      'left survivor stays',
      'right other kept-double',
      'right survivor stays',
    ]);
    await books.settled();
    expect(right('River')).toMatchObject({ phone: expect.stringContaining('13700137000') as unknown, note: 'one' });
    expect(left('L1')).toMatchObject({ phone: expect.stringContaining('13700137000') as unknown });
    expect(left('L2')).toMatchObject({ name: 'River Ltd', note: 'two' });
    expect(books.documents('right-orders')[0]?.['customerId']).toBe(right('River')?.['id']);
  });

  it('takes an edit of the double into the record and from there to the copies in step, its own system’s too', async () => {
    books.write('left-customers', { note: 'edited on the double' }, 'L2');
    await books.read('left-customers');
    expect((await land.record(x)).body['note']).toBe('edited on the double');
    expect([left('L1')?.['note'], right('River')?.['note']]).toEqual(['edited on the double', 'edited on the double']);
    const writes = books.sandbox.rest.calls.report().writes;
    await books.read('left-customers', 'right-customers');
    expect(books.sandbox.rest.calls.report().writes).toBe(writes);
  });

  it('keeps a person’s edit with the survivor when it is undone, and reports it', async () => {
    const { version } = await land.record(x);
    await books.api(`/api/v1/records/${x}`, {
      method: 'PATCH',
      body: { customerNumber: 'P-1' },
      headers: { 'if-match': `"${version}"` },
    });
    await books.settled();
    const done = await land.unmerge(y);
    expect(done.changes).toContainEqual({ pointer: '/customerNumber', with: 'survivor', because: 'unattributed' });
    expect(done.changes).toContainEqual({ pointer: '/note', with: 'other', because: 'said-by-its-copy' });
    await books.settled();
    expect(left('L1')).toMatchObject({ name: 'River', note: 'one', number: 'P-1' });
    expect(left('L2')).toMatchObject({ name: 'River Ltd', note: 'edited on the double' });
    expect(right('River')).toMatchObject({ note: 'one', number: 'P-1' });
    expect(right('River')?.['phone'] ?? null).toBeNull();
    expect(right('River Ltd')).toMatchObject({ note: 'edited on the double' });
    expect(books.documents('right-orders')[0]?.['customerId']).toBe(right('River Ltd')?.['id']);
    expect(books.documents('left-customers')).toHaveLength(2);
    expect(books.documents('right-customers')).toHaveLength(2);
  });

  it('merges a change of the other record that arrives in mid-merge wholly, and loses nothing', async () => {
    const holder = new Client({ connectionString: books.ledger.url });
    await holder.connect();
    const waiting = (): Promise<number> =>
      books.count(`select count(*) from pg_locks where locktype = 'advisory' and not granted`);
    try {
      await holder.query(`select pg_advisory_lock(hashtext('isthmus:merge'), hashtext('customer'))`);
      const merging = land.merge(x, y);
      await until(async () => (await waiting()) >= 1, 'the merge waits for its turn');
      books.write('left-customers', { note: 'said in mid-merge' }, 'L2');
      const reading = books.read('left-customers');
      await until(async () => (await waiting()) >= 2, 'the change waits behind it');
      await holder.query(`select pg_advisory_unlock_all()`);
      expect((await merging).status).toBe(200);
      await reading;
    } finally {
      await holder.end();
    }
    expect((await land.record(x)).body['note']).toBe('said in mid-merge');
    expect([left('L1')?.['note'], right('River')?.['note']]).toEqual(['said in mid-merge', 'said in mid-merge']);
    expect((await land.unmerge(y)).status).toBe(200);
    await books.settled();
    expect([left('L1')?.['note'], left('L2')?.['note']]).toEqual(['one', 'said in mid-merge']);
  });

  it('deletes the double where the order says so, and says at the undo that it is gone', async () => {
    const done = await land.merge(x, y, { doubles: 'remove' });
    expect(done.replicas.filter(({ what }) => what === 'removed-double')).toHaveLength(2);
    await books.settled();
    expect(books.documents('left-customers').map(({ id }) => id)).toEqual(['L1']);
    expect(books.documents('right-customers')).toHaveLength(1);
    expect((await land.record(x)).recordStatus).toBe('active');
    expect((await land.unmerge(y)).status).toBe(200);
    await books.settled();
    const states = (await land.record(y)).replicas.map(({ connectionId, syncState }) => [connectionId, syncState]);
    expect(states).toEqual([
      ['left', 'gone'],
      ['right', 'gone'],
    ]);
  });
});

describe('duplicates and reviews', () => {
  let books: TwoBooks;
  let land: Landscape;

  beforeAll(async () => {
    books = await startTwoBooks({
      books: ['left', 'right', 'third'],
      policy: { firstSync: 'confirm' },
      before: (write) => {
        write('left-customers', { id: 'A', name: 'Ada', taxId: 'A-1', email: 'ada@example.com' });
        write('right-customers', { id: 'B', name: 'Ada Ltd', taxId: 'B-1', phone: '13600136000' });
        write('left-customers', { id: 'C', name: 'Cat', taxId: 'C-1' });
      },
    });
    land = new Landscape(books);
    await firstReads(books, 6);
  });
  afterAll(() => books?.stop());

  interface Review {
    readonly id: string;
    readonly masked: boolean;
    readonly incoming: { readonly displayName: string };
    readonly candidates: readonly {
      readonly recordId: string;
      readonly why: string;
      readonly shared: readonly string[];
      readonly against: readonly string[];
      readonly differences: readonly {
        readonly pointer: string;
        readonly before?: unknown;
        readonly after?: unknown;
      }[];
    }[];
  }

  it('shows a review side by side, masked unless somebody looks, and merges the candidates in one call', async () => {
    books.write('third-customers', { id: 'AB', name: 'Ada & Co', email: 'ada@example.com', phone: '13600136000' });
    await books.read('third-customers');
    const { body } = await books.api<{ items: Review[] }>('/api/v1/identity/reviews?entity=customer');
    const [review] = body.items;
    expect(body.items).toHaveLength(1);
    expect(review).toMatchObject({ masked: true, incoming: { displayName: 'A***Co' } });
    expect(review?.candidates.map(({ why, shared, against }) => [why, shared, against]).sort()).toEqual([
      ['not-enough-evidence', ['email'], []],
      ['not-enough-evidence', ['mobile'], []],
    ]);
    expect(review?.candidates[0]?.differences.map(({ pointer }) => pointer)).toContain('/displayName');
    const shown = await books.isthmus('review list --entity customer -o table');
    expect(shown.out).toMatch(/third\/customers AB .*not-enough-evidence$/m);
    const open = await books.api<Review>(`/api/v1/identity/reviews/${review?.id}?unmask=true`);
    expect(open.body.incoming.displayName).toBe('Ada & Co');
    const [a, b] = [await land.idOf('left', 'A'), await land.idOf('right', 'B')];
    const decided = await books.api<{ merges: string[] }>(`/api/v1/identity/reviews/${review?.id}/decide`, {
      method: 'POST',
      body: { mergeInto: a },
    });
    expect([decided.status, decided.body.merges.length]).toEqual([200, 1]);
    await books.settled();
    expect(await land.idOf('third', 'AB')).toBe(a);
    expect((await land.record(b)).mergedIntoId).toBe(a);
    expect((await land.record(a)).replicas.filter(({ nativeId }) => nativeId !== null)).toHaveLength(3);
    expect(
      (await land.record(a)).replicas.find(({ connectionId }) => connectionId === 'third')?.evidence,
    ).toMatchObject({
      rule: 'decided',
      by: 'api:ISTHMUS_API_KEY',
    });
    expect((await books.api<{ items: unknown[] }>('/api/v1/identity/reviews')).body.items).toEqual([]);
  });

  it('knows the survivor by a strong key that only the merged record held', async () => {
    books.write('third-customers', { id: 'B2', name: 'Ada Ltd', taxId: 'B-1' });
    await books.read('third-customers');
    // The record has a copy in that system already: nothing is linked over it, and nothing is created beside it.
    const { body } = await books.api<{ items: Review[] }>('/api/v1/identity/reviews');
    expect(body.items[0]?.candidates).toMatchObject([
      { recordId: await land.idOf('left', 'A'), why: 'already-linked-in-this-connection' },
    ]);
    const refused = await books.api<{ code: string }>(`/api/v1/identity/reviews/${body.items[0]?.id}/decide`, {
      method: 'POST',
      body: { link: await land.idOf('left', 'A') },
    });
    expect([refused.status, refused.body.code]).toEqual([400, 'request.invalid']);
  });

  it('undoes merges in their order only', async () => {
    const [a, b, c] = [await land.idOf('left', 'A'), await land.idOf('right', 'B'), await land.idOf('left', 'C')];
    expect(b).toBe(a);
    const [merged] = await books.rows<{ id: string }>(`select id from record where status = 'merged'`);
    expect((await land.merge(c, a)).status).toBe(200);
    expect((await land.record(String(merged?.id))).mergedIntoId).toBe(c);
    expect(await land.unmerge(String(merged?.id))).toMatchObject({ status: 409, code: 'record.merged-again' });
    expect((await land.unmerge(a)).status).toBe(200);
    expect((await land.record(String(merged?.id))).mergedIntoId).toBe(a);
    expect((await land.unmerge(String(merged?.id))).status).toBe(200);
    expect(await land.idOf('right', 'B')).toBe(merged?.id);
  });

  it('lists records that came to share a strong key by edits, until they are merged', async () => {
    interface Page {
      readonly items: readonly {
        readonly kind: string;
        readonly shared: readonly string[];
        readonly suggestedSurvivor: string;
        readonly records: readonly { readonly recordId: string; readonly systems: readonly string[] }[];
      }[];
    }
    const list = async (): Promise<Page> => (await books.api<Page>('/api/v1/records/duplicates?entity=customer')).body;
    expect((await list()).items).toEqual([]);
    books.write('right-customers', { taxId: 'C-1' }, 'B');
    await books.read('right-customers');
    const [b, c] = [await land.idOf('right', 'B'), await land.idOf('left', 'C')];
    expect(b).not.toBe(c);
    const { items } = await list();
    expect(items).toMatchObject([{ kind: 'taxId', shared: ['taxId'] }]);
    expect(items[0]?.records.map(({ recordId }) => recordId).sort()).toEqual([b, c].sort());
    expect([b, c]).toContain(items[0]?.suggestedSurvivor);
    const table = await books.isthmus('record duplicates customer -o table');
    expect(table.out).toMatch(new RegExp(`^taxId C\\*\\*\\* +${c} `, 'm'));
    expect((await books.isthmus(`record merge ${c} ${b}`)).code).toBe(4);
    expect((await books.isthmus(`record merge ${c} ${b} --take /displayName --yes -o table`)).out).toContain(
      'right/customers',
    );
    expect((await list()).items).toEqual([]);
    expect((await books.isthmus(`record unmerge ${b}`)).code).toBe(0);
    expect((await list()).items).toHaveLength(1);
  });
});
