import type { Wording } from '@isthmus/api-contract';
import type { CheckStep } from '@isthmus/connector-kit';
import type { CursorPurpose, Database } from '@isthmus/ledger';
import type { LoadedMapping, LoadMappingInput, MapEnvironment } from '@isthmus/mapping';
import type { Logger } from '@isthmus/platform';
import type { Queue } from '@isthmus/queue';
import type { ReadReport, RunStep, StageClock, TopologySource } from '@isthmus/stages';

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

/** A comparison of both sides that was asked for: of a flow with all its streams, or of one stream of a connection. */
export interface ReconcileOrder {
  readonly flow?: string;
  readonly connectionId?: string;
  readonly stream?: string;
  /** False = only report what differs. */
  readonly repair: boolean;
  /** Who asked, for the audit: `api:<key name>`. */
  readonly actor: string;
}

/** Something in the stored configuration that keeps a connection, stream or flow out of work. */
export interface ConfigurationFault {
  readonly code: string;
  /** @default failing */
  readonly severity?: 'attention' | 'failing';
  readonly connection?: string;
  readonly flow?: string;
  readonly stream?: string;
  /** One text stands for both languages. */
  readonly message: string | Wording;
}

/** What the API needs to work on mappings of streams. */
export interface MappingAdmin {
  /** Names of a connection's streams; undefined = there is no such connection, or it cannot be set up. */
  streams(connectionId: string): readonly string[] | undefined;
  /** The configured or shipped document of a stream: what holds where nothing is published. */
  beneath(connectionId: string, stream: string): StreamDocument | undefined;
  /** Hash of what lies beneath a publication, whole: it changes when the configured or the shipped mapping does. */
  beneathHash(connectionId: string, stream: string): string;
  /** Reads and checks a document as the mapping of a stream; undefined = there is no such stream. */
  load(connectionId: string, stream: string, document: StreamDocument | string): LoadedMapping | undefined;
  /** What the mapping library needs to look at the rules of a document; undefined = there is no such stream. */
  input(connectionId: string, stream: string, document: StreamDocument | string): MappingInput | undefined;
  /** Does one step of a run in this process. */
  step(runId: number): Promise<RunStep>;
}

/** A document with its schema and its connection's surroundings. */
export interface MappingInput {
  readonly input: LoadMappingInput;
  readonly environment: MapEnvironment;
}

/** A mapping document of a stream and where it came from. */
export interface StreamDocument {
  readonly id: string;
  readonly file: string;
  readonly document: string;
  readonly origin: 'file' | 'connection' | 'console';
}

/** All that the API needs of the running hub. */
export interface ApiDependencies {
  readonly database: Database;
  /** Undefined in a process that only answers requests and has no queue; work then waits for the sweep. */
  readonly queue: Queue | undefined;
  readonly topology: TopologySource;
  readonly connections: ConnectionAdmin;
  readonly mappings: MappingAdmin;
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
  /** Stores a run and starts it; resolves as soon as the run has its id. Undefined = nothing there can be compared. */
  reconcile(order: ReconcileOrder): Promise<{ readonly runId: string } | undefined>;
  /** Starts to put right what a run's plan says; false = it has no plan yet, or somebody has begun already. */
  repair(runId: string): Promise<boolean>;
  /** The API changed the state of a connection or flow in the ledger: load the topology again, here and in the other processes. */
  configurationChanged(): Promise<void>;
}

/** Injection token of `ApiDependencies`. */
export const API_DEPENDENCIES = Symbol('ApiDependencies');
