import { entityDefinition, hubConnectionId, isEntityName } from '@isthmus/canonical';
import type { Connector } from '@isthmus/connector-kit';
import { mergePlan } from '@isthmus/decide';
import {
  Connection,
  deleteRules,
  Flow,
  listHolds,
  listPublicationsInUse,
  reconcileRules,
  storeMappingVersion,
} from '@isthmus/ledger';
import type { Database, FlowMember, Hold, PublishedMapping } from '@isthmus/ledger';
import type { LoadedMapping, MappingFinding } from '@isthmus/mapping';
import type { EntityFlow, LiveConnection, StreamBinding, Topology, TopologySource } from '@isthmus/stages';
import { ConnectionRuntime } from './connection-runtime.js';
import type { RuntimeParts } from './connection-runtime.js';
import { beneathHash, documentBeneath, documentInUse, loadStreamMapping } from './mapping-documents.js';
import { firstError } from './first-error.js';
import { recordCalls } from './record-calls.js';

/** Something in the stored configuration that keeps a connection, stream or flow out of work; shown on the status page. */
export interface TopologyFault {
  readonly code: string;
  /** @default failing */
  readonly severity?: 'attention' | 'failing';
  readonly connection?: string;
  readonly flow?: string;
  readonly stream?: string;
  readonly message: string;
  readonly findings?: readonly MappingFinding[];
}

/**
 * Builds the topology from the ledger and keeps the connections' clients. A fault in one connection or mapping leaves that part out and
 * says so; the rest works.
 */
export class TopologyLoader implements TopologySource {
  faults: readonly TopologyFault[] = [];
  private topology: Topology = { connections: new Map(), flows: new Map() };
  private runtimes = new Map<string, ConnectionRuntime>();

  constructor(
    private readonly parts: RuntimeParts,
    private readonly connectorById: (id: string) => Connector | undefined,
  ) {}

  current(): Topology {
    return this.topology;
  }

  /** The runtime of a connection, if it could be set up. */
  runtime(connectionId: string): ConnectionRuntime | undefined {
    return this.runtimes.get(connectionId);
  }

  /** Reads the configuration again; connections that did not change keep their sockets and tokens. */
  async reload(): Promise<void> {
    const { dataSource } = this.parts.database;
    const connections = await dataSource.getRepository(Connection).find({ order: { id: 'ASC' } });
    const flows = await dataSource.getRepository(Flow).find({ order: { id: 'ASC' } });
    const inUse = await listPublicationsInUse(this.parts.database);
    const published = new Map(inUse.map((row) => [`${row.connectionId}/${row.stream}`, row]));
    const faults: TopologyFault[] = [];
    const runtimes = this.refreshRuntimes(connections, faults);
    const holds = await listHolds(this.parts.database);
    const build = new TopologyBuild(this.parts.database, published, runtimes, faults, holds);
    const topology = await build.run(flows);
    const retired = [...this.runtimes.values()].filter((runtime) => runtimes.get(runtime.row.id) !== runtime);
    this.topology = topology;
    this.runtimes = runtimes;
    this.faults = faults;
    for (const runtime of retired) void runtime.client.close().catch(() => undefined);
  }

  private refreshRuntimes(rows: readonly Connection[], faults: TopologyFault[]): Map<string, ConnectionRuntime> {
    const runtimes = new Map<string, ConnectionRuntime>();
    for (const row of rows) {
      const known = this.runtimes.get(row.id);
      const runtime = known && isSame(known.row, row) ? known : this.createRuntime(row, faults);
      if (!runtime) continue;
      Object.assign(runtime.row, row);
      runtimes.set(row.id, runtime);
    }
    return runtimes;
  }

  private createRuntime(row: Connection, faults: TopologyFault[]): ConnectionRuntime | undefined {
    const connector = this.connectorById(row.connector);
    if (!connector) {
      faults.push({
        code: 'connection.unknown-connector',
        connection: row.id,
        message: `There is no connector named ${row.connector}.`,
      });
      return undefined;
    }
    try {
      return new ConnectionRuntime(row, connector, this.parts);
    } catch (error) {
      faults.push({
        code: 'connection.unusable',
        connection: row.id,
        message: error instanceof Error ? error.message : String(error),
      });
      return undefined;
    }
  }

  /** Closes all clients. */
  async close(): Promise<void> {
    await Promise.all([...this.runtimes.values()].map((runtime) => runtime.client.close().catch(() => undefined)));
  }
}

/** Settings, secrets and connector decide whether a client can be kept; state and time stamps do not. */
function isSame(a: Connection, b: Connection): boolean {
  const core = (row: Connection): string =>
    JSON.stringify([row.connector, row.settings, row.secrets, row.mappings, row.environment]);
  return core(a) === core(b);
}

class TopologyBuild {
  private readonly mappings = new Map<string, LoadedMapping & { version: number }>();

  constructor(
    private readonly database: Database,
    private readonly published: ReadonlyMap<string, PublishedMapping>,
    private readonly runtimes: ReadonlyMap<string, ConnectionRuntime>,
    private readonly faults: TopologyFault[],
    private readonly holds: readonly Hold[],
  ) {}

  async run(flows: readonly Flow[]): Promise<Topology> {
    const entityFlows = new Map<string, EntityFlow>();
    const bindings = new Map<string, Map<string, StreamBinding>>();
    for (const flow of flows) {
      const targets = new Map<string, StreamBinding[]>();
      for (const member of flow.members) await this.addMember(flow, member, bindings, targets);
      this.addFlow(flow, targets, entityFlows);
    }
    const connections = new Map<string, LiveConnection>();
    for (const [id, runtime] of this.runtimes)
      connections.set(id, liveConnection(runtime, bindings.get(id) ?? new Map(), this.heldEntities(id, flows)));
    return { connections, flows: entityFlows };
  }

  /** Entities that are not delivered to a connection: of paused flows, and those that are held there. */
  private heldEntities(connectionId: string, flows: readonly Flow[]): string[] {
    const paused = flows.filter((flow) => flow.state === 'paused').map((flow) => flow.entity);
    const held = this.holds.filter((hold) => hold.connectionId === connectionId && hold.state === 'paused');
    return [...new Set([...paused, ...held.map((hold) => hold.entity)])];
  }

  private drains(runtime: ConnectionRuntime, flow: Flow): boolean {
    const isDraining = (hold: Hold): boolean =>
      hold.connectionId === runtime.row.id && hold.entity === flow.entity && hold.state === 'draining';
    return runtime.row.state === 'draining' || flow.state === 'draining' || this.holds.some(isDraining);
  }

  private addFlow(flow: Flow, targets: Map<string, StreamBinding[]>, entityFlows: Map<string, EntityFlow>): void {
    if (!isEntityName(flow.entity)) {
      this.faults.push({
        code: 'flow.unknown-entity',
        flow: flow.id,
        message: `There is no entity named ${flow.entity}.`,
      });
      return;
    }
    if (entityFlows.has(flow.entity)) {
      this.faults.push({
        code: 'flow.second-for-entity',
        flow: flow.id,
        message: `Another flow moves ${flow.entity} already; join them in one.`,
      });
      return;
    }
    const definition = entityDefinition(flow.entity);
    const { policy } = flow;
    entityFlows.set(flow.entity, {
      flowId: flow.id,
      isPaused: flow.state === 'paused',
      awaitsConfirmation: flow.awaitsSince !== null,
      ...(policy.doubles && { doubles: policy.doubles }),
      definition,
      plan: mergePlan(definition.schema as never),
      policies: {
        default: policy.default,
        fields: policy.fields,
        ranking: policy.ranking ?? [hubConnectionId, ...flow.members.map((member) => member.connection)],
        clockSkewMs: (policy.clockSkewSeconds ?? 2) * 1_000,
      },
      deletes: policy.deletes,
      deleteRules: deleteRules(policy),
      reconcile: reconcileRules(policy),
      match: policy.match,
      targets,
    });
  }

  private async addMember(
    flow: Flow,
    member: FlowMember,
    bindings: Map<string, Map<string, StreamBinding>>,
    targets: Map<string, StreamBinding[]>,
  ): Promise<void> {
    const runtime = this.runtimes.get(member.connection);
    if (!runtime) {
      this.faults.push({
        code: 'flow.unknown-connection',
        flow: flow.id,
        connection: member.connection,
        message: `The flow names the connection ${member.connection}, which is missing or unusable.`,
      });
      return;
    }
    const names = member.streams.length > 0 ? member.streams : Object.keys(runtime.streams);
    for (const name of names) {
      const binding = await this.bind(flow, member, runtime, name);
      if (!binding) continue;
      const ofConnection = bindings.get(runtime.row.id) ?? new Map<string, StreamBinding>();
      bindings.set(runtime.row.id, ofConnection.set(name, binding));
      if (binding.writes) targets.set(runtime.row.id, [...(targets.get(runtime.row.id) ?? []), binding]);
    }
  }

  private async bind(
    flow: Flow,
    member: FlowMember,
    runtime: ConnectionRuntime,
    name: string,
  ): Promise<StreamBinding | undefined> {
    const stream = runtime.streams[name];
    const where = { flow: flow.id, connection: runtime.row.id, stream: name };
    if (!stream) {
      this.faults.push({
        ...where,
        code: 'flow.unknown-stream',
        message: `${runtime.row.id} has no stream ${name}; it has ${Object.keys(runtime.streams).join(', ')}.`,
      });
      return undefined;
    }
    const isNamed = member.streams.includes(name);
    const loaded = await this.mapping(runtime, name);
    if (!loaded?.compiled) {
      if (isNamed || loaded)
        this.faults.push({
          ...where,
          code: 'flow.no-mapping',
          message: `There is no usable mapping for ${runtime.row.connector}/${name}${firstError(loaded)}.`,
          ...(loaded && { findings: loaded.findings }),
        });
      return undefined;
    }
    if (loaded.compiled.entity !== flow.entity) {
      if (isNamed)
        this.faults.push({
          ...where,
          code: 'flow.wrong-entity',
          message: `The mapping of ${name} is for ${loaded.compiled.entity}, the flow moves ${flow.entity}.`,
        });
      return undefined;
    }
    return {
      connectionId: runtime.row.id,
      name,
      stream,
      entity: flow.entity,
      mapping: loaded.compiled,
      mappingVersion: loaded.version,
      reads: member.direction !== 'out',
      writes: member.direction !== 'in' && stream.write !== undefined,
      creates: member.create,
      drains: this.drains(runtime, flow),
    };
  }

  private async mapping(
    runtime: ConnectionRuntime,
    stream: string,
  ): Promise<(LoadedMapping & { version: number }) | undefined> {
    const published = this.published.get(`${runtime.row.id}/${stream}`);
    const source = documentInUse(runtime, stream, published);
    if (!source) return undefined;
    const known = this.mappings.get(`${source.origin}:${source.id}`);
    if (known) return known;
    const loaded = loadStreamMapping(runtime, stream, source);
    const { compiled } = loaded;
    const { id, document, origin } = source;
    const version = compiled
      ? await storeMappingVersion(this.database, {
          mapping: id,
          hash: compiled.hash,
          // Of a layer the whole document counts: what it was laid over may change with the next release.
          document: loaded.document ?? document,
          origin,
        })
      : 0;
    if (published) this.tellChangedBeneath(runtime, stream, published);
    const stored = { ...loaded, version };
    this.mappings.set(`${source.origin}:${source.id}`, stored);
    return stored;
  }

  /** A publication hides what is configured or shipped; when that changes, somebody should look. */
  private tellChangedBeneath(runtime: ConnectionRuntime, stream: string, published: PublishedMapping): void {
    if (beneathHash(runtime, stream) === published.beneathHash) return;
    const what = documentBeneath(runtime, stream)?.origin === 'connection' ? 'configured' : 'shipped';
    this.faults.push({
      code: 'mapping.changed-beneath',
      severity: 'attention',
      connection: runtime.row.id,
      stream,
      message: `The ${what} mapping changed after publication ${published.id}, which stays in use. Compare them, then publish again or roll back.`,
    });
  }
}

function liveConnection(
  runtime: ConnectionRuntime,
  streams: ReadonlyMap<string, StreamBinding>,
  heldEntities: readonly string[],
): LiveConnection {
  return {
    id: runtime.row.id,
    connector: runtime.connector,
    context: runtime.client.context,
    environment: runtime.environment,
    streams,
    heldEntities,
    mayClaim: (wanted) => runtime.mayClaim(wanted),
    recording: () => recordCalls(runtime.client),
  };
}
