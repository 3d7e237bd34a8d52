type Query = <Row>(sql: string) => Promise<Row[]>;

/** A backup of the ledger as it was at one moment. */
export interface LedgerBackup {
  /** Puts everything back, with the counters of ids: nobody may use the ledger meanwhile. `ago` = how old the backup is then. */
  restore(ago: string): Promise<void>;
  drop(): Promise<void>;
}

/**
 * Copies all rows and counters in one statement each under one snapshot, as a dump does, while the hub works.
 *
 * @param transaction runs statements in one transaction that sees one snapshot
 */
export async function backUpLedger(
  query: Query,
  transaction: (statements: readonly string[]) => Promise<void>,
): Promise<LedgerBackup> {
  const tables = await query<{ name: string }>(`
    select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition and c.relname <> 'migrations' order by 1`);
  const sequences = await query<{ name: string }>(
    `select sequencename as name from pg_sequences where schemaname = 'public' order by 1`,
  );
  await transaction([
    'create schema backup',
    ...tables.map(({ name }) => `create table backup.${name} as table public.${name}`),
    ...sequences.map(({ name }) => `create table backup.${name} as select last_value, is_called from public.${name}`),
  ]);
  const columns = new Map<string, string>();
  for (const { name } of tables) {
    const rows = await query<{ name: string }>(
      `select quote_ident(column_name) as name from information_schema.columns
       where table_schema = 'public' and table_name = '${name}' order by ordinal_position`,
    );
    columns.set(name, rows.map((row) => row.name).join(', '));
  }
  return {
    restore: (ago) =>
      transaction([
        'set local session_replication_role = replica',
        ...tables.map(({ name }) => `delete from public.${name}`),
        ...tables.map(
          ({ name }) =>
            `insert into public.${name} (${columns.get(name)}) overriding system value select ${columns.get(name)} from backup.${name}`,
        ),
        ...sequences.map(({ name }) => `select setval('public.${name}', last_value, is_called) from backup.${name}`),
        `update public.hygiene_mark set up_to = up_to - extract(epoch from interval '${ago}')::bigint where name = 'alive'`,
      ]),
    drop: async () => void (await query('drop schema if exists backup cascade')),
  };
}
