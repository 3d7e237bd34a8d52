import { entityDefinition } from '@isthmus/canonical';
import type { Connector, ConnectorContext } from '@isthmus/connector-kit';
import { mergePlan } from '@isthmus/decide';
import type { FieldPolicies } from '@isthmus/decide';
import type { JsonObject } from '@isthmus/json';
import { deleteRules, freeWaiting, insertChanges, LANE, reconcileRules } from '@isthmus/ledger';
import { loadMapping } from '@isthmus/mapping';
import type { CompiledMapping } from '@isthmus/mapping';
import { deliverBatch, fetchBatch, mergeBatch, readStream } from '@isthmus/stages';
import type { EntityFlow, LiveConnection, StageContext, StreamBinding, Topology } from '@isthmus/stages';
import { FakeClock } from './fake-clock.js';
import type { TestLedger } from './ledger.js';
import { MemoryFarSide } from './memory-far-side.js';
import type { FarSideKind, Notice } from './memory-far-side.js';

/** Thrown where a process dies. */
export class Crash extends Error {}

const ENVIRONMENT = { timeZone: 'UTC', currency: 'CNY', country: 'CN', lookups: {} };
const STREAM = 'rows';

/** The three systems hold the same in shapes of their own. */
const SHAPES: { readonly [id: string]: string } = {
  crm: `{ canonical: displayName, native: name }
  - { canonical: person.fullName, native: name, direction: in }
  - { canonical: note, native: remark }
  - { canonical: language, native: lang }`,
  erp: `{ canonical: displayName, native: title }
  - { canonical: person.fullName, native: title, direction: in }
  - { canonical: note, native: memo }
  - { canonical: language, native: tongue }`,
  shop: `{ canonical: displayName, native: nick }
  - { canonical: person.fullName, native: nick, direction: in }
  - { canonical: note, native: comment }
  - { canonical: language, native: locale }`,
};

/** Native field of a canonical one, by system. */
export const NATIVE: { readonly [id: string]: { readonly [field: string]: string } } = {
  crm: { displayName: 'name', note: 'remark', language: 'lang', limit: 'limit', sites: 'sites' },
  erp: { displayName: 'title', note: 'memo', language: 'tongue', limit: 'limit', sites: 'sites' },
  shop: { displayName: 'nick', note: 'comment', language: 'locale', limit: 'limit', sites: 'sites' },
};

function mappingOf(id: string): CompiledMapping {
  const text = `
mapping: 1
stream: ${STREAM}
entity: customer
title: { en: Rows, zh: 数据 }
rules:
  - { canonical: kind, constant: person }
  - { canonical: customerNumber, native: number }
  - ${SHAPES[id]}
  - { canonical: credit.limit, native: limit, transform: { money: { currency: CNY } } }
  - canonical: contactPoints
    native: sites
    list: { key: { canonical: value, native: url } }
    rules:
      - { canonical: kind, constant: web }
      - { canonical: value, native: url }
`;
  const { compiled, findings } = loadMapping({ file: `${id}.yaml`, text, id: `${id}/${STREAM}` });
  if (!compiled) throw new Error(JSON.stringify(findings));
  return compiled;
}

const compiled = new Map(Object.keys(SHAPES).map((id) => [id, mappingOf(id)]));

const POLICIES: FieldPolicies = {
  default: { resolve: 'latest' },
  fields: {
    note: { resolve: 'owner', owner: 'erp' },
    'credit.limit': { resolve: 'maximum' },
    language: { resolve: 'ranking' },
  },
  ranking: ['hub', 'shop', 'crm', 'erp'],
  clockSkewMs: 2_000,
};

/** Three systems around a real ledger and the real stages; nothing happens but what is asked for. */
export class ConvergenceWorld {
  readonly clock = new FakeClock('2026-11-23T08:00:00.000Z');
  readonly sides: ReadonlyMap<string, MemoryFarSide>;
  private readonly context: StageContext;

  constructor(
    readonly ledger: TestLedger,
    kinds: { readonly [id: string]: FarSideKind },
    private readonly policies: FieldPolicies = POLICIES,
  ) {
    const clockOf =
      ({ aheadMs = 0 }: FarSideKind) =>
      (): Date =>
        new Date(this.clock.now().getTime() + aheadMs);
    const sides = Object.entries(kinds).map(([id, kind]) => [id, new MemoryFarSide(id, kind, clockOf(kind))] as const);
    this.sides = new Map(sides);
    const topology = this.topology();
    this.context = {
      database: ledger.database,
      topology: { current: () => topology },
      clock: this.clock,
      observer: { count: () => undefined, warn: () => undefined },
      random: () => 0.5,
      hint: () => undefined,
      pauseConnection: () => Promise.resolve(),
    };
  }

  private topology(): Topology {
    const connections = new Map<string, LiveConnection>();
    const targets = new Map<string, StreamBinding[]>();
    for (const [id, side] of this.sides) {
      const binding: StreamBinding = {
        connectionId: id,
        name: STREAM,
        stream: side.stream(),
        entity: 'customer',
        mapping: compiled.get(id) as CompiledMapping,
        mappingVersion: 1,
        reads: true,
        writes: true,
        creates: true,
      };
      targets.set(id, [binding]);
      const context = {
        connectionId: id,
        settings: {},
        http: { redact: <T>(value: T): T => value },
      } as unknown as ConnectorContext;
      connections.set(id, {
        id,
        connector: { id: 'memory' } as unknown as Connector,
        context,
        environment: ENVIRONMENT,
        streams: new Map([[STREAM, binding]]),
        mayClaim: (wanted) => wanted,
        recording: () => ({ context, calls: [] }),
      });
    }
    const definition = entityDefinition('customer');
    const policy = {
      default: this.policies.default,
      fields: this.policies.fields,
      deletes: 'archive' as const,
      match: {},
    };
    const flow: EntityFlow = {
      flowId: 'customers',
      definition,
      plan: mergePlan(definition.schema as never),
      policies: this.policies,
      deletes: 'archive',
      deleteRules: deleteRules(policy),
      reconcile: reconcileRules(policy),
      match: { customerNumber: 'strong' },
      targets,
    };
    return { connections, flows: new Map([['customer', flow]]) };
  }

  side(id: string): MemoryFarSide {
    return this.sides.get(id) as MemoryFarSide;
  }

  /** A notice reaches the hub. */
  async hear(id: string, notice: Notice, withKey = true): Promise<void> {
    await insertChanges(this.ledger.database, this.clock.now(), [
      {
        connectionId: id,
        stream: STREAM,
        entity: 'customer',
        nativeId: notice.id,
        kind: 'upsert',
        origin: 'webhook',
        lane: LANE.live,
        raw: notice.row && JSON.stringify(notice.row),
        eventKey: withKey ? notice.key : undefined,
        sourceAt: notice.at,
      },
    ]);
  }

  async poll(id: string): Promise<void> {
    await readStream(this.context, { connectionId: id, stream: STREAM, purpose: 'changes', force: true });
  }

  async fetch(id: string): Promise<void> {
    await fetchBatch(this.context, id);
  }

  async merge(crash = false): Promise<void> {
    await survive(
      mergeBatch(this.context, 'customer', () => {
        if (crash) throw new Crash('merging');
      }),
    );
  }

  /** One batch of deliveries; `at` says where something happens, and `what` does it or crashes there. */
  async deliver(id: string, at?: 'claimed' | 'written', what?: () => Promise<void> | void): Promise<void> {
    await survive(deliverBatch(this.context, id, { failpoint: (point) => (point === at ? what?.() : undefined) }));
  }

  /** What a dead process had in hand is free again. */
  async leasesEnd(): Promise<void> {
    const sql = `update %s set lease_until = clock_timestamp() - interval '1 second' where lease_until is not null`;
    for (const table of ['replica', 'cursor']) await this.rows(sql.replace('%s', table));
  }

  rows<Row extends object>(sql: string): Promise<Row[]> {
    return this.ledger.database.dataSource.query(sql);
  }

  /** Whether the hub made a row and has not heard so yet. */
  async isUnanswered(id: string, rowId: string): Promise<boolean> {
    if (!this.side(id).madeByHub.has(rowId)) return false;
    const known = await this.rows<{ native_id: string }>(`select native_id from replica where connection_id = '${id}'`);
    return !known.some((row) => row.native_id === rowId);
  }

  /** The row of a system as the hub reads it. */
  canonical(id: string, number: string): JsonObject | undefined {
    const row = this.side(id).byNumber(number);
    const mapped = row && compiled.get(id)?.toCanonical(row, ENVIRONMENT);
    return mapped?.ok ? mapped.body : undefined;
  }

  /** Lets everything come to rest: all is read, merged and delivered, with time passing. Returns the rounds that it took. */
  async rest(mostRounds = 40): Promise<number> {
    for (const side of this.sides.values()) side.fault = 'none';
    for (let round = 1; round <= mostRounds; round += 1) {
      await this.leasesEnd();
      for (const [id, side] of this.sides) {
        for (const notice of side.notices.splice(0)) await this.hear(id, notice);
        await this.poll(id);
        await this.fetch(id);
      }
      for (let batch = 0; batch < 4; batch += 1) await this.merge();
      for (const id of this.sides.keys()) await this.deliver(id);
      await this.clock.advance(120_000);
      await freeWaiting(this.ledger.database, this.clock.now());
      if (await this.isAtRest()) return round;
    }
    throw new Error(`not at rest after ${mostRounds} rounds: ${JSON.stringify(await this.open())}`);
  }

  private async isAtRest(): Promise<boolean> {
    if ([...this.sides.values()].some((side) => side.notices.length > 0)) return false;
    return (await this.open()).length === 0;
  }

  private open(): Promise<object[]> {
    return this.rows(`
      select 'change' as what, connection_id, native_id, state, reason from change where state not in ('merged', 'unchanged', 'stale', 'ignored')
      union all select 'replica', connection_id, native_id, state, failure from replica where state <> 'settled'`);
  }
}

async function survive(work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof Crash)) throw error;
  }
}
