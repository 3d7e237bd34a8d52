import type { Sql } from '../database.js';
import { Selection } from './selection.js';
import type { Page } from './selection.js';

/** Something that a person or key did. `details` never holds secrets or bodies of records. */
export interface NewAuditEntry {
  readonly actor: string;
  /** Verb with its noun, for example `connection.pause`. */
  readonly action: string;
  /** What it was done to, for example `connection:crm`. */
  readonly object: string;
  readonly details?: object;
}

const INSERT = {
  name: 'insert-audit',
  text: `insert into audit (at, actor, action, object, details) values ($1, $2, $3, $4, $5::jsonb)`,
};

/** Writes what was done; in the transaction of the deed where there is one. */
export async function insertAudit(sql: Sql, at: Date, entry: NewAuditEntry): Promise<void> {
  await sql.run(INSERT, [
    at,
    entry.actor,
    entry.action,
    entry.object,
    entry.details === undefined ? null : JSON.stringify(entry.details),
  ]);
}

/** A stored entry. */
export interface StoredAuditEntry {
  readonly id: string;
  readonly at: Date;
  readonly actor: string;
  readonly action: string;
  readonly object: string;
  readonly details: Record<string, unknown> | null;
}

/** Entries, newest first. */
export async function listAudit(
  sql: Sql,
  filter: { readonly actor?: string; readonly object?: string },
  page: Page<string>,
): Promise<StoredAuditEntry[]> {
  const selection = new Selection('list-audit')
    .where('actor', 'actor = ?', filter.actor)
    .where('object', 'object = ?', filter.object)
    .where('after', 'id < ?::bigint', page.after);
  const limit = selection.parameter(page.limit);
  return selection.run<StoredAuditEntry>(
    sql,
    (condition) =>
      `select id::text, at, actor, action, object, details from audit where ${condition} order by audit.id desc limit ${limit}`,
  );
}
