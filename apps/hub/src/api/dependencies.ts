import type { CheckStep } from '@isthmus/connector-kit';
import type { CursorPurpose, Database } from '@isthmus/ledger';
import type { Logger } from '@isthmus/platform';
import type { Queue } from '@isthmus/queue';
import type { ReadReport, StageClock, TopologySource } from '@isthmus/stages';

/** What only the running hub knows about connections. The API writes their state itself, through the ledger. */
export interface ConnectionAdmin {
  /** Tries the credentials with cheap calls, step by step; undefined = there is no such connection. Never throws for a far side's answer. */
  test(connectionId: string): Promise<readonly CheckStep[] | undefined>;
  /** Names of the secrets that are set, never their values. Empty for a connection without secrets. */
  secretNames(connectionId: string): Promise<readonly string[]>;
}

/** One part of the hub that must work before it takes traffic. */
export interface ReadinessCheck {
  /** Stable name, for example `postgresql`, `redis`, `migrations`, `workers`. */
  readonly name: string;
  readonly ok: boolean;
  /** False = the hub does its work without it as well: a warning, not a reason to send nobody here. @default true */
  readonly needed?: boolean;
  readonly observedValue?: string | number;
  readonly observedUnit?: string;
  /** Why it is not ok, in words and without addresses or secrets. */
  readonly output?: string;
}

/** A comparison of both sides of a stream that was asked for. */
export interface ReconcileOrder {
  readonly connectionId: string;
  readonly stream: string;
  /** False = only report what differs. */
  readonly repair: boolean;
  /** Who asked, for the audit: `api:<key name>`. */
  readonly actor: string;
}

/** Something in the stored configuration that keeps a connection, stream or flow out of work. */
export interface ConfigurationFault {
  readonly code: string;
  readonly connection?: string;
  readonly flow?: string;
  readonly stream?: string;
  readonly message: string;
}

/** All that the API needs of the running hub. */
export interface ApiDependencies {
  readonly database: Database;
  /** Undefined in a process that only answers requests and has no queue; work then waits for the sweep. */
  readonly queue: Queue | undefined;
  readonly topology: TopologySource;
  readonly connections: ConnectionAdmin;
  readonly clock: StageClock;
  readonly log: Logger;
  /** Version of the hub, for the API description and the health answer. */
  readonly version: string;
  /** What of the configuration cannot be used; each is a reason on the status page. */
  configurationFaults(): readonly ConfigurationFault[];
  readiness(): Promise<readonly ReadinessCheck[]>;
  /** Figures of this process in Prometheus text; the API adds what it reads from the ledger at the moment of the scrape. */
  metrics(): Promise<string>;
  /**
   * Reads a stream now. Resolves when the read ended (a backfill may take hours: the API does not wait for it).
   * A far side's failure is in the report, not thrown.
   */
  readNow(connectionId: string, stream: string, purpose: CursorPurpose): Promise<ReadReport>;
  /** Stores a run and starts it; resolves as soon as the run has its id. Undefined = that stream cannot be compared. */
  reconcile(order: ReconcileOrder): Promise<{ readonly runId: string } | undefined>;
  /** The API changed the state of a connection or flow in the ledger: load the topology again, here and in the other processes. */
  configurationChanged(): Promise<void>;
}

/** Injection token of `ApiDependencies`. */
export const API_DEPENDENCIES = Symbol('ApiDependencies');
