import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { Database, Sql } from '../database.js';

/** An API key as it is stored: only its hash. */
export interface StoredApiKey {
  readonly id: string;
  readonly name: string;
  readonly prefix: string;
  readonly createdAt: Date;
  readonly usedAt: Date | null;
  readonly revokedAt: Date | null;
}

const PREFIX_LENGTH = 8;
const COLUMNS = `id, name, prefix, created_at as "createdAt", used_at as "usedAt", revoked_at as "revokedAt"`;

/** Hash under which a key is stored. Plain SHA-256: keys are 256 random bits, there is nothing to guess. */
export function hashApiKey(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

/** A fresh key: 256 random bits behind a recognisable beginning. */
export function newApiKey(): string {
  return `ist_${randomBytes(32).toString('base64url')}`;
}

const INSERT = {
  name: 'insert-api-key',
  text: `insert into api_key (id, name, prefix, hash) values ($1, $2, $3, $4) on conflict (hash) do nothing returning ${COLUMNS}`,
};

/** Stores a key; undefined = this very key is stored already. */
export async function insertApiKey(sql: Sql, name: string, key: string): Promise<StoredApiKey | undefined> {
  const values = [randomUUID(), name, key.slice(0, PREFIX_LENGTH), hashApiKey(key)];
  return (await sql.run<StoredApiKey>(INSERT, values))[0];
}

const FIND = {
  name: 'find-api-key',
  text: `select ${COLUMNS}, hash from api_key where hash = $1 and revoked_at is null`,
};

/** The key with this hash, unless it was revoked. */
export async function findApiKey(
  sql: Sql,
  hash: string,
): Promise<(StoredApiKey & { readonly hash: string }) | undefined> {
  return (await sql.run<StoredApiKey & { hash: string }>(FIND, [hash]))[0];
}

const LIST = { name: 'list-api-keys', text: `select ${COLUMNS} from api_key order by created_at, id` };

/** All keys, revoked ones included. */
export async function listApiKeys(sql: Sql): Promise<StoredApiKey[]> {
  return sql.run<StoredApiKey>(LIST, []);
}

const TOUCH = {
  name: 'touch-api-key',
  text: `update api_key set used_at = $2 where id = $1 and (used_at is null or used_at < $2::timestamptz - interval '1 minute')`,
};

/** Notes that a key was used; exact to a minute. */
export async function touchApiKey(sql: Sql, id: string, at: Date): Promise<void> {
  await sql.run(TOUCH, [id, at]);
}

const LOCK = { name: 'lock-api-keys', text: `select pg_advisory_xact_lock(hashtext('isthmus:api-keys'))` };
const REVOKE = {
  name: 'revoke-api-key',
  text: `update api_key set revoked_at = $2 where id = $1 and revoked_at is null returning id`,
};
const USABLE = {
  name: 'count-usable-api-keys',
  text: `select count(*)::int as count from api_key where revoked_at is null`,
};

async function usableKeys(sql: Sql): Promise<number> {
  return (await sql.run<{ count: number }>(USABLE, []))[0]?.count ?? 0;
}

const EXISTS = { name: 'api-key-exists', text: `select 1 as found from api_key where id = $1 and revoked_at is null` };

/** Revokes a key for good; the last one that works stays, or nobody could get in. */
export async function revokeApiKey(database: Database, id: string, at: Date): Promise<'revoked' | 'unknown' | 'last'> {
  return database.transaction(async (sql) => {
    await sql.run(LOCK, []);
    if ((await sql.run(EXISTS, [id])).length === 0) return 'unknown';
    if ((await usableKeys(sql)) < 2) return 'last';
    await sql.run(REVOKE, [id, at]);
    return 'revoked';
  });
}

/**
 * Makes sure that somebody can get in. With `preset` (ISTHMUS_API_KEY) that key works; without, and when no key works yet, one is made
 * and given back in `created`: show it once, it cannot be read again. Of several processes that start at once, one makes it.
 */
export async function ensureFirstApiKey(
  database: Database,
  preset: string | undefined,
): Promise<{ created: string | undefined }> {
  return database.transaction(async (sql) => {
    await sql.run(LOCK, []);
    if (preset !== undefined) {
      await insertApiKey(sql, 'ISTHMUS_API_KEY', preset);
      return { created: undefined };
    }
    if ((await usableKeys(sql)) > 0) return { created: undefined };
    const created = newApiKey();
    await insertApiKey(sql, 'first', created);
    return { created };
  });
}
