import { Get, Inject, Post } from '@nestjs/common';
import { deadLettersQuery } from '@isthmus/api-contract';
import type {
  DeadLetterAnswer,
  DeadLetterGroup,
  DeadLettersQuery,
  ReplayDeadLetters,
  ReplayResult,
} from '@isthmus/api-contract';
import {
  groupDeadLetters,
  insertAudit,
  listDeadLetters,
  releaseChanges,
  releaseChangesByCause,
  reviveReplicas,
  reviveReplicasByCause,
} from '@isthmus/ledger';
import type { CauseFilter, ReleasedChange, Sql } from '@isthmus/ledger';
import { API_DEPENDENCIES } from '../dependencies.js';
import type { ApiDependencies } from '../dependencies.js';
import { ApiController, Describe, Idempotent } from '../http/describe.js';
import { Exchange, iso } from '../http/exchange.js';
import type { HttpExchange } from '../http/exchange.js';
import { badCursor, page, readCursor, rowsFor } from '../http/paging.js';
import type { PageAnswer } from '../http/paging.js';
import { Caller } from '../http/principal.js';
import type { Principal } from '../http/principal.js';
import { ValidBody, ValidQuery } from '../http/valid.js';

/** Rows of one statement, so that a release of a million is many short transactions. */
const BATCH = 1_000;

interface Released {
  readonly changes: readonly ReleasedChange[];
  readonly replicas: readonly { readonly connectionId: string }[];
}

/** What policy stopped retrying: changes and replicas that wait for a person. */
@ApiController('dead-letters')
export class DeadLettersController {
  constructor(@Inject(API_DEPENDENCIES) private readonly deps: ApiDependencies) {}

  @Get()
  @Describe({ summary: 'Dead letters, oldest first; groupBy=cause gives causes with counts', answer: 'DeadLetterPage' })
  async list(
    @ValidQuery(deadLettersQuery) query: DeadLettersQuery,
    @Exchange() exchange: HttpExchange,
  ): Promise<PageAnswer<DeadLetterAnswer> | { items: readonly DeadLetterGroup[]; total: number }> {
    const filter = { connectionId: query.connection, entity: query.entity, code: query.code };
    if (query.groupBy === 'cause') {
      const groups = await groupDeadLetters(this.deps.database, filter);
      return {
        items: groups.map((group) => ({ ...group, firstAt: iso(group.firstAt), lastAt: iso(group.lastAt) })),
        total: groups.reduce((sum, group) => sum + group.count, 0),
      };
    }
    const rows = await listDeadLetters(this.deps.database, filter, { limit: rowsFor(query), after: positionOf(query) });
    return page(exchange, query, rows, {
      key: (row) => [row.since.toISOString(), row.id],
      item: (row) => ({ ...row, since: iso(row.since) }),
    });
  }

  @Post('replay')
  @Idempotent()
  @Describe({ summary: 'Try dead letters again: named ones, or all of a cause', answer: 'ReplayResult' })
  async replay(
    @ValidBody('ReplayDeadLetters') body: ReplayDeadLetters,
    @Caller() caller: Principal,
  ): Promise<ReplayResult> {
    const result = body.ids
      ? await this.inTransaction(caller, body, (sql, now) => releaseNamed(sql, now, body.ids ?? []))
      : await this.releaseCause(caller, body);
    return result;
  }

  /** In batches until nothing is left that was dead when it began; what dies again meanwhile is not taken twice. */
  private async releaseCause(caller: Principal, body: ReplayDeadLetters): Promise<ReplayResult> {
    const { code, connection, entity } = body.filter ?? {};
    const cause: CauseFilter = { code, connectionId: connection, entity };
    const total = { changes: 0, replicas: 0, superseded: 0 };
    for (let round = 0; round < 1_000; round += 1) {
      const batch = await this.inTransaction(caller, body, async (sql, now) => ({
        changes: await releaseChangesByCause(sql, now, cause, BATCH),
        replicas: await reviveReplicasByCause(sql, now, cause, BATCH),
      }));
      total.changes += batch.changes;
      total.replicas += batch.replicas;
      total.superseded += batch.superseded;
      if (batch.changes + batch.superseded < BATCH && batch.replicas < BATCH) break;
    }
    return total;
  }

  private async inTransaction(
    caller: Principal,
    body: ReplayDeadLetters,
    work: (sql: Sql, now: Date) => Promise<Released>,
  ): Promise<ReplayResult> {
    const { database, clock } = this.deps;
    const { released, result } = await database.transaction(async (sql) => {
      const done = await work(sql, clock.now());
      const superseded = done.changes.filter((change) => change.state === 'stale').length;
      const counts = { changes: done.changes.length - superseded, replicas: done.replicas.length, superseded };
      const details = { ...(body.ids ? { ids: body.ids.length } : { filter: body.filter }), ...counts };
      await insertAudit(sql, clock.now(), {
        actor: caller.actor,
        action: 'dead-letters.replay',
        object: 'dead-letters',
        details,
      });
      return { released: done, result: counts };
    });
    this.hint(released);
    return result;
  }

  private hint({ changes, replicas }: Released): void {
    const { queue } = this.deps;
    const keys = (state: string, key: (change: ReleasedChange) => string): Set<string> =>
      new Set(changes.filter((change) => change.state === state).map(key));
    for (const key of keys('pending', (change) => change.entity)) queue?.hint({ kind: 'merge', key });
    for (const key of keys('fetch', (change) => change.connectionId)) queue?.hint({ kind: 'fetch', key });
    for (const key of new Set(replicas.map((replica) => replica.connectionId))) queue?.hint({ kind: 'deliver', key });
  }
}

async function releaseNamed(sql: Sql, now: Date, ids: readonly string[]): Promise<Released> {
  const changeIds = ids.flatMap((id) => (id.startsWith('change:') ? [id.slice('change:'.length)] : []));
  const replicas = ids.flatMap((id) => {
    const found = /^replica:([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}):(.+)$/.exec(id);
    return found ? [{ recordId: found[1] as string, connectionId: found[2] as string }] : [];
  });
  const safe = changeIds.filter((id) => BigInt(id) < 2n ** 63n);
  return { changes: await releaseChanges(sql, now, safe), replicas: await reviveReplicas(sql, now, replicas) };
}

function positionOf(query: DeadLettersQuery): { since: string; id: string } | undefined {
  const key = readCursor(query, 2);
  if (!key) return undefined;
  const [since, id] = key.map(String) as [string, string];
  // Date.parse alone takes almost any text with a number in it for a date, and PostgreSQL does not.
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(since) || Number.isNaN(Date.parse(since))) throw badCursor();
  return { since, id };
}
