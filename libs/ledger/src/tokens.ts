import type { Database } from './database.js';

/** A stored token; `sealed` is opened by the secret box, never here. */
export interface SealedToken {
  readonly sealed: string;
  readonly expiresAt: Date;
}

const READ = {
  name: 'read-token',
  text: `select sealed, expires_at as "expiresAt" from connection_token where connection_id = $1 and name = $2`,
};
const LOCK = { name: 'lock-token', text: `select pg_advisory_xact_lock(hashtext('isthmus:token'), hashtext($1))` };
const WRITE = {
  name: 'write-token',
  text: `
insert into connection_token (connection_id, name, sealed, expires_at) values ($1, $2, $3, $4)
on conflict (connection_id, name) do update set sealed = excluded.sealed, expires_at = excluded.expires_at`,
};

/** The stored token of a connection, whatever its age. */
export async function readToken(
  database: Database,
  connectionId: string,
  name: string,
): Promise<SealedToken | undefined> {
  return (await database.run<SealedToken>(READ, [connectionId, name]))[0];
}

/**
 * Replaces a token under a lock over all processes. `refresh` sees what is stored now and returns the new token, or undefined to keep it:
 * whoever comes second finds the first one's token and makes no call.
 */
export async function replaceToken(
  database: Database,
  connectionId: string,
  name: string,
  refresh: (stored: SealedToken | undefined) => Promise<SealedToken | undefined>,
): Promise<SealedToken | undefined> {
  return database.transaction(async (sql) => {
    await sql.run(LOCK, [`${connectionId}:${name}`]);
    const stored = (await sql.run<SealedToken>(READ, [connectionId, name]))[0];
    const fresh = await refresh(stored);
    if (fresh) await sql.run(WRITE, [connectionId, name, fresh.sealed, fresh.expiresAt]);
    return fresh ?? stored;
  });
}
