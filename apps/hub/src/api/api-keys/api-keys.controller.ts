import { Delete, Get, Inject, Post } from '@nestjs/common';
import type { ApiKeyAnswer, CreateApiKey } from '@isthmus/api-contract';
import { insertApiKey, insertAudit, listApiKeys, newApiKey, revokeApiKey } from '@isthmus/ledger';
import type { StoredApiKey } from '@isthmus/ledger';
import { API_DEPENDENCIES } from '../dependencies.js';
import type { ApiDependencies } from '../dependencies.js';
import { ApiController, Describe } from '../http/describe.js';
import { Door } from '../http/door.js';
import { Exchange, iso, isoOrNull } from '../http/exchange.js';
import type { HttpExchange } from '../http/exchange.js';
import { Caller } from '../http/principal.js';
import type { Principal } from '../http/principal.js';
import { notFound, ProblemError } from '../http/problem-error.js';
import { PathId, ValidBody } from '../http/valid.js';

/** Keys of the API. Without Idempotency-Key: an answer that holds a key is never stored. */
@ApiController('api-keys')
export class ApiKeysController {
  constructor(
    @Inject(API_DEPENDENCIES) private readonly deps: ApiDependencies,
    private readonly door: Door,
  ) {}

  @Get()
  @Describe({ summary: 'API keys, without the keys themselves', answer: 'ApiKeyList' })
  async list(): Promise<{ items: readonly ApiKeyAnswer[] }> {
    return { items: (await listApiKeys(this.deps.database)).map(answer) };
  }

  @Post()
  @Describe({ summary: 'Make a key; it is shown only here', status: 201, answer: 'CreatedApiKey' })
  async create(
    @ValidBody('CreateApiKey') body: CreateApiKey,
    @Caller() caller: Principal,
    @Exchange() { reply }: HttpExchange,
  ): Promise<ApiKeyAnswer & { key: string }> {
    const { database, clock } = this.deps;
    const key = newApiKey();
    const stored = await database.transaction(async (sql) => {
      const row = await insertApiKey(sql, body.name, key);
      if (!row) throw new Error('a fresh key was stored before');
      await insertAudit(sql, clock.now(), {
        actor: caller.actor,
        action: 'api-key.create',
        object: `api-key:${row.id}`,
        details: { name: row.name },
      });
      return row;
    });
    reply.header('cache-control', 'no-store');
    return { ...answer(stored), key };
  }

  @Delete(':id')
  @Describe({ summary: 'Revoke a key for good', status: 204 })
  async revoke(@PathId('id', 'uuid') id: string, @Caller() caller: Principal): Promise<void> {
    const { database, clock } = this.deps;
    const outcome = await revokeApiKey(database, id, clock.now());
    if (outcome === 'unknown') throw notFound();
    if (outcome === 'last') throw new ProblemError('api-key.last');
    this.door.keys.forget();
    await insertAudit(database, clock.now(), {
      actor: caller.actor,
      action: 'api-key.revoke',
      object: `api-key:${id}`,
    });
  }
}

function answer(key: StoredApiKey): ApiKeyAnswer {
  const { id, name, prefix } = key;
  return {
    id,
    name,
    prefix,
    createdAt: iso(key.createdAt),
    usedAt: isoOrNull(key.usedAt),
    revokedAt: isoOrNull(key.revokedAt),
  };
}
