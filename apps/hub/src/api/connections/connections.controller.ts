import { Get, Inject, Post } from '@nestjs/common';
import { connectionsQuery } from '@isthmus/api-contract';
import type {
  ConnectionAnswer,
  ConnectionsQuery,
  ConnectionTest,
  PauseConnection,
  ReadStream,
  Resume,
  StreamAnswer,
} from '@isthmus/api-contract';
import {
  insertAudit,
  listConnections,
  listCursors,
  listHolds,
  resumeCursors,
  setConnectionState,
  setHold,
  wakeRetries,
} from '@isthmus/ledger';
import type { ListedConnection } from '@isthmus/ledger';
import { API_DEPENDENCIES } from '../dependencies.js';
import type { ApiDependencies } from '../dependencies.js';
import { ApiController, Describe, Idempotent } from '../http/describe.js';
import { Exchange, iso, isoOrNull } from '../http/exchange.js';
import type { HttpExchange } from '../http/exchange.js';
import { page, readTextCursor, rowsFor } from '../http/paging.js';
import type { PageAnswer } from '../http/paging.js';
import { Caller } from '../http/principal.js';
import type { Principal } from '../http/principal.js';
import { notFound, ProblemError } from '../http/problem-error.js';
import { PathId, ValidBody, ValidQuery } from '../http/valid.js';
import { describeStreams } from './describe-streams.js';
import { holdAnswer, maintenanceOf } from './hold-answer.js';

const ACTIONS = { active: 'connection.resume', paused: 'connection.pause', draining: 'connection.drain' } as const;

/** Configured accounts: look, pause, resume, test, and read a stream now. */
@ApiController('connections')
export class ConnectionsController {
  constructor(@Inject(API_DEPENDENCIES) private readonly deps: ApiDependencies) {}

  @Get()
  @Describe({ summary: 'Connections', answer: 'ConnectionPage' })
  async list(
    @ValidQuery(connectionsQuery) query: ConnectionsQuery,
    @Exchange() exchange: HttpExchange,
  ): Promise<PageAnswer<ConnectionAnswer>> {
    const { state, connector } = query;
    const rows = await listConnections(
      this.deps.database,
      { state, connector },
      { limit: rowsFor(query), after: readTextCursor(query) },
    );
    const answers = await Promise.all(rows.map((row) => this.answer(row)));
    return page(exchange, query, answers, { key: (row) => [row.id], item: (row) => row });
  }

  @Get(':id')
  @Describe({ summary: 'One connection: settings, never secrets', answer: 'Connection' })
  async read(@PathId('id') id: string): Promise<ConnectionAnswer> {
    return this.answer(await this.find(id));
  }

  @Post(':id/pause')
  @Describe({
    summary: 'Stop all work on the connection, or deliveries of one entity to it; what is owed stays owed',
    answer: 'Connection',
  })
  async pause(
    @PathId('id') id: string,
    @ValidBody('PauseConnection', { optional: true }) body: PauseConnection,
    @Caller() caller: Principal,
  ): Promise<ConnectionAnswer> {
    const why = body.reason ?? '';
    const message = { en: `Paused by ${caller.name}.${why && ` ${why}`}`, zh: `由 ${caller.name} 暂停。${why}` };
    const reason = { code: 'connection.paused', message, actor: caller.actor };
    await this.steer(id, body.entity, 'paused', reason, caller);
    return this.read(id);
  }

  @Post(':id/drain')
  @Describe({
    summary: 'Read nothing new, finish what is open, then pause: the connection, or one entity of it',
    answer: 'Connection',
  })
  async drain(
    @PathId('id') id: string,
    @ValidBody('PauseConnection', { optional: true }) body: PauseConnection,
    @Caller() caller: Principal,
  ): Promise<ConnectionAnswer> {
    const why = body.reason ?? '';
    const message = { en: `Drained by ${caller.name}.${why && ` ${why}`}`, zh: `由 ${caller.name} 排空。${why}` };
    const reason = { code: 'connection.draining', message, actor: caller.actor };
    await this.steer(id, body.entity, 'draining', reason, caller);
    return this.read(id);
  }

  @Post(':id/resume')
  @Describe({ summary: 'Go on; what waited for a retry is due at once', answer: 'Connection' })
  async resume(
    @PathId('id') id: string,
    @ValidBody('Resume', { optional: true }) { entity }: Resume,
    @Caller() caller: Principal,
  ): Promise<ConnectionAnswer> {
    await this.steer(id, entity, 'active', undefined, caller);
    const { database, clock, queue } = this.deps;
    await wakeRetries(database, id, clock.now());
    await resumeCursors(database, id);
    queue?.hint({ kind: 'fetch', key: id });
    queue?.hint({ kind: 'deliver', key: id });
    return this.read(id);
  }

  @Post(':id/test')
  @Describe({ summary: 'Try the credentials, step by step', answer: 'ConnectionTest' })
  async test(@PathId('id') id: string): Promise<ConnectionTest> {
    const steps = await this.deps.connections.test(id);
    if (!steps) throw notFound();
    return { ok: steps.every((step) => step.ok), steps: steps.map(({ step, ok, message }) => ({ step, ok, message })) };
  }

  @Get(':id/streams')
  @Describe({ summary: 'Streams of the connection and how far they have been read', answer: 'StreamList' })
  async streams(@PathId('id') id: string): Promise<{ items: readonly StreamAnswer[] }> {
    await this.find(id);
    const live = this.deps.topology.current().connections.get(id);
    return { items: describeStreams(live, await listCursors(this.deps.database, id)) };
  }

  @Post(':id/streams/:stream/read')
  @Idempotent()
  @Describe({ summary: 'Read the stream now; the cursors tell how far it is', status: 202, answer: 'ReadStarted' })
  async readNow(
    @PathId('id') id: string,
    @PathId('stream') stream: string,
    @ValidBody('ReadStream') body: ReadStream,
    @Caller() caller: Principal,
    @Exchange() { reply }: HttpExchange,
  ): Promise<object> {
    await this.find(id);
    const binding = this.deps.topology.current().connections.get(id)?.streams.get(stream);
    if (!binding?.reads || !binding.stream.read) throw new ProblemError('stream.not-readable');
    const { database, clock, log } = this.deps;
    await insertAudit(database, clock.now(), {
      actor: caller.actor,
      action: `stream.${body.purpose}`,
      object: `connection:${id}`,
      details: { stream },
    });
    // Not waited for: a backfill may take hours. What becomes of it stands in the cursor.
    this.deps
      .readNow(id, stream, body.purpose)
      .catch((error: unknown) => log.error({ code: 'read.defect', connection: id, stream, error }, 'a read failed'));
    const cursors = `/api/v1/connections/${encodeURIComponent(id)}/streams`;
    reply.header('location', cursors);
    return { connectionId: id, stream, purpose: body.purpose, cursors };
  }

  private async find(id: string): Promise<ListedConnection> {
    const [row] = await listConnections(this.deps.database, { id }, { limit: 1 });
    if (!row) throw notFound();
    return row;
  }

  /** Of the whole connection, or of one entity of it. */
  private async steer(
    id: string,
    entity: string | undefined,
    state: 'active' | 'paused' | 'draining',
    reason: object | undefined,
    caller: Principal,
  ): Promise<void> {
    await this.find(id);
    const { database, clock } = this.deps;
    const now = clock.now();
    if (entity !== undefined && !this.movesEntity(id, entity)) throw new ProblemError('connection.no-entity');
    const hold = { connectionId: id, entity: entity ?? '', now, ...(reason && { reason }) };
    await database.transaction(async (sql) => {
      const changed =
        entity === undefined
          ? await setConnectionState(sql, id, state, reason)
          : await setHold(sql, { ...hold, state: state === 'active' ? undefined : state });
      if (!changed) return;
      await insertAudit(sql, now, {
        actor: caller.actor,
        action: ACTIONS[state],
        object: `connection:${id}${entity === undefined ? '' : `/${entity}`}`,
      });
    });
    await this.deps.configurationChanged();
  }

  private movesEntity(id: string, entity: string): boolean {
    const streams = this.deps.topology.current().connections.get(id)?.streams.values() ?? [];
    return [...streams].some((binding) => binding.entity === entity);
  }

  private async answer(row: ListedConnection): Promise<ConnectionAnswer> {
    return {
      id: row.id,
      connector: row.connector,
      title: row.title,
      state: row.state,
      stateReason: row.stateReason,
      stateSince: iso(row.stateSince),
      settings: row.settings,
      secretNames: await this.deps.connections.secretNames(row.id),
      environment: row.environment,
      maintenance: row.maintenance.map((window) => ({ ...window })),
      maintenanceUntil: isoOrNull(maintenanceOf(row, this.deps.clock.now())),
      holds: (await listHolds(this.deps.database, row.id)).map(holdAnswer),
      ownMappings: row.ownMappings,
      lastWebhookAt: isoOrNull(row.webhookAt),
      lastSuccessAt: isoOrNull(row.successAt),
      version: row.version,
      createdAt: iso(row.createdAt),
      updatedAt: iso(row.updatedAt),
    };
  }
}
