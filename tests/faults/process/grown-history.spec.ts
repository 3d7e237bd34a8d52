import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import {
  claimFetches,
  claimReplicas,
  findDueWork,
  freeWaiting,
  insertChanges,
  isFirstReadFinished,
  listDeadLetters,
  nextDueAt,
  readBlockedGroups,
  readChangeBacklog,
  readConflictBacklog,
  readReplicaBacklog,
  selectPendingChanges,
} from '@isthmus/ledger';
import type { NewChange, Sql, Statement } from '@isthmus/ledger';
import { testLedger } from '../../support/ledger.js';
import type { TestLedger } from '../../support/ledger.js';

jest.setTimeout(120_000);

const SIZES = [20_000, 100_000] as const;
const NOW = new Date('2026-11-23T09:00:00.000Z');
const TOKEN = '00000000-0000-4000-8000-000000000001';
/** An index of a larger table may be a level deeper. */
const FLAT = 1.5;
const SLACK = 100;
/** A table of so few pages may well be read whole; the large ones have thousands. */
const FEW_PAGES = 200;

const support = (name: string): string => readFileSync(join(process.cwd(), 'tests', 'support', name), 'utf8');

interface Plan {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Shared Hit Blocks': number;
  readonly 'Shared Read Blocks': number;
  readonly Plans?: readonly Plan[];
}

const pagesOf = (plan: Plan): number => plan['Shared Hit Blocks'] + plan['Shared Read Blocks'];

/** Runs statements as they are, and keeps the plan that each had with the pages that it touched. */
class ExplainingSql implements Sql {
  plans: Plan[] = [];

  constructor(private readonly client: Client) {}

  async run<Result extends object>(statement: Statement, values: readonly unknown[]): Promise<Result[]> {
    const asked = values.map((value) => value);
    await this.client.query('savepoint explained');
    const { rows } = await this.client.query<{ 'QUERY PLAN': [{ Plan: Plan }] }>(
      `explain (analyze, buffers, format json) ${statement.text}`,
      asked,
    );
    await this.client.query('rollback to savepoint explained');
    if (rows[0]) this.plans.push(rows[0]['QUERY PLAN'][0].Plan);
    return (await this.client.query<Result>(statement.text, asked)).rows;
  }

  get pages(): number {
    return this.plans.reduce((sum, plan) => sum + pagesOf(plan), 0);
  }

  /** Tables that grow with the history and that are read from end to end; of a few pages that is the shortest way. */
  get readWhole(): string[] {
    const scans = (plan: Plan): string[] => [
      ...(plan['Node Type'] === 'Seq Scan' &&
      pagesOf(plan) > FEW_PAGES &&
      /^(replica|record|change)/.test(plan['Relation Name'] ?? '')
        ? [plan['Relation Name'] ?? '']
        : []),
      ...(plan.Plans ?? []).flatMap(scans),
    ];
    return this.plans.flatMap(scans);
  }
}

const webhook = (number: number): NewChange => ({
  connectionId: 'shop',
  stream: 'customers',
  entity: 'customer',
  nativeId: `S-${number}`,
  kind: 'upsert',
  origin: 'webhook',
  lane: 0,
  raw: '{}',
  eventKey: `customers:${number}`,
  sourceAt: undefined,
});

const asked: readonly (readonly [string, (sql: Sql) => Promise<unknown>])[] = [
  [
    'accepting fifty webhooks',
    (sql) =>
      insertChanges(
        sql,
        NOW,
        Array.from({ length: 50 }, (_, n) => webhook(n)),
      ),
  ],
  [
    'claiming two hundred replicas',
    (sql) => claimReplicas(sql, 'erp', { now: NOW, limit: 200, token: TOKEN, leaseSeconds: 60 }),
  ],
  ['claiming fetches', (sql) => claimFetches(sql, 'erp', { now: NOW, limit: 100, leaseSeconds: 60 })],
  ['picking a hundred changes to merge', (sql) => selectPendingChanges(sql, 'customer', 100)],
  ['looking what is due', (sql) => findDueWork(sql, NOW)],
  ['looking when the next retry is due', (sql) => nextDueAt(sql, NOW)],
  ['looking whether a system was read', (sql) => isFirstReadFinished(sql, 'erp', ['customers'], 'customer')],
  ['housekeeping', (sql) => freeWaiting(sql, NOW)],
  ['the status: what is behind', (sql) => readReplicaBacklog(sql)],
  ['the status: open changes', (sql) => readChangeBacklog(sql)],
  ['the status: what waits for what', (sql) => readBlockedGroups(sql, 20)],
  ['the status: open conflicts', (sql) => readConflictBacklog(sql)],
  ['the list of dead letters', (sql) => listDeadLetters(sql, {}, { limit: 50 })],
];

describe('a history that has grown to five times', () => {
  let ledger: TestLedger;
  let client: Client;
  const pages = new Map<string, number[]>();
  const readWhole = new Map<string, string[]>();

  beforeAll(async () => {
    ledger = await testLedger();
    client = new Client({ connectionString: ledger.url });
    await client.connect();
    // The planner sees every row: a small sample now and then makes it count the open changes many times over.
    await client.query('set default_statistics_target = 1000');
    let first = 1;
    for (const size of SIZES) {
      await client.query(
        support('grown-ledger.sql').replaceAll(':first', String(first)).replaceAll(':last', String(size)),
      );
      if (first === 1) await client.query(support('grown-backlog.sql'));
      // What a server does by itself now and then.
      await client.query('vacuum analyze record, replica, change, conflict, connection');
      first = size + 1;
      for (const [name, ask] of asked) {
        await client.query('begin');
        const sql = new ExplainingSql(client);
        await ask(sql);
        await client.query('rollback');
        pages.set(name, [...(pages.get(name) ?? []), sql.pages]);
        readWhole.set(name, sql.readWhole);
      }
    }
  }, 120_000);
  afterAll(async () => {
    await client?.end();
    await ledger?.clean();
    await ledger?.close();
  });

  it.each(asked.map(([name]) => [name]))('F47 costs %s no more pages', (name) => {
    const [before = 0, after = Number.NaN] = pages.get(name) ?? [];
    expect({ name, before, after, flat: after <= before * FLAT + SLACK }).toMatchObject({ flat: true });
  });

  it.each(asked.map(([name]) => [name]))('F47 lets %s go by an index', (name) => {
    expect(readWhole.get(name)).toEqual([]);
  });
});
