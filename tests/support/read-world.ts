import { entityDefinition } from '@isthmus/canonical';
import type { Connector, ConnectorContext, Page, ReadRequest, Stream } from '@isthmus/connector-kit';
import { mergePlan } from '@isthmus/decide';
import { deleteRules, reconcileRules } from '@isthmus/ledger';
import { loadMapping } from '@isthmus/mapping';
import type { CompiledMapping } from '@isthmus/mapping';
import { mergeBatch, readStream } from '@isthmus/stages';
import type { ReadOrder, ReadReport, StageContext, StreamBinding, Topology } from '@isthmus/stages';
import { FakeClock } from './fake-clock.js';
import type { TestLedger } from './ledger.js';

const MAPPING = `
mapping: 1
stream: rows
entity: customer
title: { en: Rows, zh: 数据 }
rules:
  - { canonical: kind, constant: organization }
  - { canonical: displayName, native: name }
  - { canonical: organization.legalName, native: name, direction: in }
  - { canonical: note, native: note }
`;

const { compiled } = loadMapping({ file: 'rows.yaml', text: MAPPING, id: 'source/rows' });

/** A source that is pulled by the real read stage into a real ledger; nothing happens but what is asked for. */
export class ReadWorld {
  readonly clock = new FakeClock('2026-11-23T08:00:00.000Z');
  readonly paused: string[] = [];
  readonly context: StageContext;

  /** @param read how the source is read */
  constructor(
    readonly ledger: TestLedger,
    read: (request: ReadRequest, world: ReadWorld) => AsyncIterable<Page>,
  ) {
    const topology = this.topology((request) => read(request, this));
    this.context = {
      database: ledger.database,
      topology: { current: () => topology },
      clock: this.clock,
      observer: { count: () => undefined, warn: () => undefined },
      random: () => 0,
      hint: () => undefined,
      pauseConnection: (connectionId) => {
        this.paused.push(connectionId);
        return Promise.resolve();
      },
    };
  }

  private topology(read: (request: ReadRequest) => AsyncIterable<Page>): Topology {
    const stream: Stream = {
      title: { en: 'Rows', zh: '数据' },
      schema: { type: 'object' },
      key: (row) => row['id'] as string,
      modifiedAt: (row) => (typeof row['at'] === 'string' ? row['at'] : undefined),
      pollSeconds: 60,
      read: (_context, request) => read(request),
    };
    const binding: StreamBinding = {
      connectionId: 'source',
      name: 'rows',
      stream,
      entity: 'customer',
      mapping: compiled as CompiledMapping,
      mappingVersion: 1,
      reads: true,
      writes: false,
      creates: false,
    };
    const context = { connectionId: 'source', settings: {}, clock: this.clock } as unknown as ConnectorContext;
    const connection = {
      id: 'source',
      connector: { id: 'memory' } as unknown as Connector,
      context,
      environment: { timeZone: 'UTC', currency: 'CNY', country: 'CN', lookups: {} },
      streams: new Map([['rows', binding]]),
      mayClaim: (wanted: number) => wanted,
      recording: () => ({ context, calls: [] }),
    };
    const definition = entityDefinition('customer');
    const policy = { default: { resolve: 'latest' as const }, fields: {}, deletes: 'ignore' as const, match: {} };
    const flow = {
      flowId: 'customers',
      definition,
      plan: mergePlan(definition.schema as never),
      policies: { default: policy.default, fields: {}, ranking: ['source'], clockSkewMs: 2_000 },
      deletes: 'ignore' as const,
      deleteRules: deleteRules(policy),
      reconcile: reconcileRules(policy),
      match: {},
      targets: new Map(),
    };
    return { connections: new Map([['source', connection]]), flows: new Map([['customer', flow]]) };
  }

  /** Reads what changed, whatever the schedule says. */
  async poll(order: Partial<ReadOrder> = {}): Promise<ReadReport | undefined> {
    try {
      return await readStream(this.context, {
        connectionId: 'source',
        stream: 'rows',
        purpose: 'changes',
        force: true,
        ...order,
      });
    } catch (error) {
      if (error instanceof Died) return undefined;
      throw error;
    }
  }

  /** Merges all that waits. */
  async merge(): Promise<void> {
    while ((await mergeBatch(this.context, 'customer')).more);
  }

  /** What a dead process had in hand is free again. */
  async leasesEnd(): Promise<void> {
    await this.rows(
      `update cursor set lease_until = clock_timestamp() - interval '1 second' where lease_until is not null`,
    );
  }

  rows<Row extends object>(sql: string): Promise<Row[]> {
    return this.ledger.database.dataSource.query(sql);
  }

  /** Notes of a native object in the order in which they became versions of its record. */
  async versions(): Promise<Map<string, string[]>> {
    const rows = await this.rows<{ id: string; note: string }>(`
      select p.native_id as id, v.body->>'note' as note from replica p
      join (select record_id, version, body from record_version union all select id, version, body from record) v on v.record_id = p.record_id
      order by p.native_id, v.version`);
    const notes = new Map<string, string[]>();
    for (const { id, note } of rows) notes.set(id, [...(notes.get(id) ?? []), note]);
    return notes;
  }
}

/** Thrown where a process dies. */
export class Died extends Error {}
