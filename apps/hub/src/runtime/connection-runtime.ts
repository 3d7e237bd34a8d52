import { createCircuitBreaker, createHttpClient, resolveStreams } from '@isthmus/connector-kit';
import type {
  BreakerState,
  CircuitBreaker,
  Connector,
  JsonObject,
  KitClock,
  ManagedHttpClient,
  Streams,
} from '@isthmus/connector-kit';
import type { Connection, Database } from '@isthmus/ledger';
import type { MapEnvironment } from '@isthmus/mapping';
import { openFileStore } from '@isthmus/platform';
import type { Clock, SecretBox } from '@isthmus/platform';
import { maintenanceUntil } from './maintenance.js';
import { SealedTokenStore } from './sealed-token-store.js';
import { SharedRateBucket } from './shared-rate-bucket.js';

/** What all connections of a process share. */
export interface RuntimeParts {
  readonly database: Database;
  readonly box: SecretBox;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Folder below which `files` connections read and write; undefined = there is none. */
  readonly filesRoot: string | undefined;
  /** Told when a far side comes back after an outage. */
  readonly onRecovered: (connectionId: string) => void;
}

/** The first probe comes soon, for most outages are short; then ever later, and in a long one not more than two a minute (FAULTS F18). */
const FIRST_PROBE_MS = 5_000;
const PROBE_EVERY_MS = 30_000;
const DEFAULT_ENVIRONMENT: MapEnvironment = { timeZone: 'Asia/Shanghai', currency: 'CNY', country: 'CN', lookups: {} };

/** One connection in this process: its connector with opened secrets, HTTP client, limits and breaker. */
export class ConnectionRuntime {
  readonly streams: Streams;
  readonly environment: MapEnvironment;
  readonly settings: JsonObject;
  readonly client: ManagedHttpClient;
  private readonly circuit: CircuitBreaker;
  private breakerState: BreakerState = 'closed';
  private halted = false;

  constructor(
    readonly row: Connection,
    readonly connector: Connector,
    private readonly parts: RuntimeParts,
  ) {
    const secrets = openSecrets(row, parts.box);
    this.settings = { ...(row.settings as JsonObject), ...secrets };
    this.environment = { ...DEFAULT_ENVIRONMENT, ...(row.environment as Partial<MapEnvironment>) };
    this.streams = resolveStreams(connector, this.settings);
    this.circuit = createCircuitBreaker({
      clock: parts.clock,
      firstProbeMs: FIRST_PROBE_MS,
      probeEveryMs: PROBE_EVERY_MS,
      onChange: (state) => this.breakerChanged(state),
    });
    this.client = this.createClient(Object.values(secrets));
  }

  private createClient(secrets: readonly unknown[]): ManagedHttpClient {
    const { connector, settings, parts, row } = this;
    const limits = typeof connector.limits === 'function' ? connector.limits(settings) : connector.limits;
    const clock: KitClock = {
      now: () => parts.clock.now(),
      monotonicMs: () => parts.clock.monotonicMs(),
      sleep: (ms, signal) => parts.clock.sleep(ms, signal),
    };
    const files = parts.filesRoot === undefined ? undefined : openFileStore({ root: parts.filesRoot });
    return createHttpClient({
      // A connector without HTTP (files) has no address; the client is then never used.
      baseUrl: connector.baseUrl(settings) || 'http://localhost',
      limits,
      auth: connector.auth,
      ...(connector.sortAnswer && { sortAnswer: (answer) => connector.sortAnswer?.(answer, settings) }),
      context: {
        connectionId: row.id,
        settings,
        tokens: new SealedTokenStore(parts.database, parts.box, row.id, parts.clock),
        clock,
        signal: parts.signal,
        ...(files && { files }),
      },
      secrets: secrets.filter((value): value is string => typeof value === 'string' && value !== ''),
      outboundAllow: allowedHosts(row),
      bucket: new SharedRateBucket(parts.database, row.id, limits, clock),
      breaker: this.circuit,
    });
  }

  private breakerChanged(state: BreakerState): void {
    const recovered = state === 'closed' && this.breakerState !== 'closed';
    this.breakerState = state;
    if (recovered) this.parts.onRecovered(this.row.id);
  }

  /** State of the circuit breaker in this process, for the status page. */
  get breaker(): BreakerState {
    return this.breakerState;
  }

  /** Until when the far side is in maintenance and not called; undefined = it is not. */
  get maintenanceUntil(): Date | undefined {
    if (this.row.maintenance.length === 0) return undefined;
    return maintenanceUntil(this.row.maintenance, this.environment.timeZone, this.parts.clock.now());
  }

  /**
   * While true this process starts nothing new with the connection, whatever its row says: the state was just decided
   * here and is on its way into the ledger. The next reload of a changed row replaces the whole runtime.
   */
  halt(halted: boolean): void {
    this.halted = halted;
  }

  /** How many of `wanted` replicas may be claimed now: none while paused, down or in maintenance, one as a probe, else all. */
  mayClaim(wanted: number): number {
    if (this.halted) return 0;
    if (this.row.state !== 'active' && this.row.state !== 'draining') return 0;
    if (this.maintenanceUntil) return 0;
    if (this.breakerState === 'closed') return wanted;
    // A probe that never reported back does not bar the next one.
    return this.circuit.waitMs <= 0 ? 1 : 0;
  }
}

/** Hosts that an admin allowed although they are not public: `environment.allowHosts` of the connection. */
function allowedHosts(row: Connection): string[] {
  const hosts = row.environment['allowHosts'];
  return Array.isArray(hosts) ? hosts.map(String) : [];
}

function openSecrets(row: Connection, box: SecretBox): JsonObject {
  return row.secrets === null ? {} : (JSON.parse(box.open(row.secrets, secretsPlace(row.id))) as JsonObject);
}

/** What the sealed secrets of a connection are bound to. */
export function secretsPlace(connectionId: string): string {
  return `connection:${connectionId}:secrets`;
}
