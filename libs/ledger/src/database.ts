import { Client } from 'pg';
import type { ClientConfig, Pool, PoolClient } from 'pg';
import { DataSource } from 'typeorm';
import { Connection } from './entities/connection.entity.js';
import { Flow } from './entities/flow.entity.js';
import { Ledger1764000000000 } from './migrations/1764000000000-ledger.js';
import { MappingVersions1764100000000 } from './migrations/1764100000000-mapping-versions.js';
import { Identity1764200000000 } from './migrations/1764200000000-identity.js';
import { DeletesAndReconcile1764300000000 } from './migrations/1764300000000-deletes-and-reconcile.js';
import { ConflictsAndUndo1764400000000 } from './migrations/1764400000000-conflicts-and-undo.js';
import { ReadsAndDelivery1764500000000 } from './migrations/1764500000000-reads-and-delivery.js';
import { TriedVersions1764550000000 } from './migrations/1764550000000-tried-versions.js';
import { Erasure1764600000000 } from './migrations/1764600000000-erasure.js';
import { NativeImages1764700000000 } from './migrations/1764700000000-native-images.js';
import { UsedMappings1764800000000 } from './migrations/1764800000000-used-mappings.js';

/** One statement of the hot path. Named statements are planned once per database session. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

/** Runs statements, inside or outside a transaction. */
export interface Sql {
  run<Result extends object = Record<string, unknown>>(
    statement: Statement,
    values: readonly unknown[],
  ): Promise<Result[]>;
}

/** How the ledger reaches PostgreSQL. */
export interface DatabaseOptions {
  readonly url: string;
  /** Most database sessions of this process. @default 12 */
  readonly poolSize?: number;
  /** Shown in pg_stat_activity. @default isthmus */
  readonly applicationName?: string;
}

// 40001 serialization failure, 40P01 deadlock: the whole transaction may run again (FAULTS F11).
const REPEATABLE = new Set(['40001', '40P01']);

/**
 * A session that breaks while it is in use must fail its statement, not the process (FAULTS F08). It listens from its birth: TypeORM opens
 * the first one before anybody else can reach the pool.
 */
class Session extends Client {
  constructor(config?: ClientConfig) {
    super(config);
    this.on('error', () => undefined);
  }
}

/** The ledger's connection to PostgreSQL: TypeORM for administration, named set-based statements for the hot path. */
export class Database implements Sql {
  /** Statements sent since the start; the bench divides it by records. */
  statementCount = 0;

  private constructor(
    readonly dataSource: DataSource,
    private readonly pool: Pool,
  ) {}

  /** Connects and brings the schema up to date; of several processes that start at once, one migrates (FAULTS F42). */
  static async open(options: DatabaseOptions): Promise<Database> {
    const dataSource = new DataSource({
      type: 'postgres',
      url: options.url,
      entities: [Connection, Flow],
      migrations: [
        Ledger1764000000000,
        MappingVersions1764100000000,
        Identity1764200000000,
        DeletesAndReconcile1764300000000,
        ConflictsAndUndo1764400000000,
        ReadsAndDelivery1764500000000,
        TriedVersions1764550000000,
        Erasure1764600000000,
        NativeImages1764700000000,
        UsedMappings1764800000000,
      ],
      applicationName: options.applicationName ?? 'isthmus',
      poolSize: options.poolSize ?? 12,
      connectTimeoutMS: 5_000,
      extra: {
        statement_timeout: 60_000,
        // The server keeps its own bound; this one is for a network that swallows packets (FAULTS F09).
        query_timeout: 65_000,
        idle_in_transaction_session_timeout: 30_000,
        keepAlive: true,
        Client: Session,
      },
      poolErrorHandler: () => undefined,
    });
    await dataSource.initialize();
    const pool = (dataSource.driver as unknown as { master: Pool }).master;
    const database = new Database(dataSource, pool);
    await database.migrate();
    return database;
  }

  private async migrate(): Promise<void> {
    const runner = this.dataSource.createQueryRunner();
    try {
      await runner.query(`select pg_advisory_lock(hashtext('isthmus:migrate'))`);
      await this.dataSource.runMigrations({ transaction: 'each' });
    } finally {
      await runner.query(`select pg_advisory_unlock(hashtext('isthmus:migrate'))`);
      await runner.release();
    }
  }

  async run<Result extends object>(statement: Statement, values: readonly unknown[]): Promise<Result[]> {
    this.statementCount += 1;
    const result = await this.pool.query<Result>({ ...statement, values: [...values] });
    return result.rows;
  }

  /**
   * Runs `work` in one transaction; a deadlock or serialization failure runs it again, at most five times,
   * so `work` must have no effect outside the database.
   */
  async transaction<Result>(work: (sql: Sql) => Promise<Result>): Promise<Result> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.once(work);
      } catch (error) {
        if (attempt >= 5 || !REPEATABLE.has((error as { code?: string }).code ?? '')) throw error;
      }
    }
  }

  private async once<Result>(work: (sql: Sql) => Promise<Result>): Promise<Result> {
    const client = await this.pool.connect();
    let broken: Error | undefined;
    try {
      await client.query('begin');
      const result = await work(this.onClient(client));
      this.statementCount += 2;
      await client.query('commit');
      return result;
    } catch (error) {
      await client.query('rollback').catch((cause: Error) => (broken = cause));
      throw error;
    } finally {
      client.release(broken);
    }
  }

  private onClient(client: PoolClient): Sql {
    return {
      run: async <Result extends object>(statement: Statement, values: readonly unknown[]): Promise<Result[]> => {
        this.statementCount += 1;
        const result = await client.query<Result>({ ...statement, values: [...values] });
        return result.rows;
      },
    };
  }

  /** Ends all sessions of this process. */
  async close(): Promise<void> {
    await this.dataSource.destroy();
  }
}
