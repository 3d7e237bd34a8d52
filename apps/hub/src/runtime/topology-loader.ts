import { entityDefinition, hubConnectionId, isEntityName } from '@isthmus/canonical';
import type { Connector } from '@isthmus/connector-kit';
import { mergePlan } from '@isthmus/decide';
import { Connection, deleteRules, Flow, listHolds, listPublicationsInUse, reconcileRules } from '@isthmus/ledger';
import type { FlowMember, Hold } from '@isthmus/ledger';
import type { EntityFlow, LiveConnection, StreamBinding, Topology, TopologySource } from '@isthmus/stages';
import { ConnectionRuntime } from './connection-runtime.js';
import type { RuntimeParts } from './connection-runtime.js';
import { noMapping } from './mapping-faults.js';
import { recordCalls } from './record-calls.js';
import { StreamMappings } from './stream-mappings.js';
import type { TopologyFault } from './topology-fault.js';

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
    const mappings = new StreamMappings(this.parts.database, published, faults);
    const build = new TopologyBuild(mappings, runtimes, faults, holds, this.parts.clock.now());
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
  constructor(
    private readonly mappings: StreamMappings,
    private readonly runtimes: ReadonlyMap<string, ConnectionRuntime>,
    private readonly faults: TopologyFault[],
    private readonly holds: readonly Hold[],
    private readonly now: Date,
  ) {}

  async run(flows: readonly Flow[]): Promise<Topology> {
    const entityFlows = new Map<string, EntityFlow>();
    const bindings = new Map<string, Map<string, StreamBinding>>();
    for (const flow of flows) {
      const targets = new Map<string, StreamBinding[]>();
      for (const member of flow.members) await this.addMember(flow, member, bindings, targets);
      this.addFlow(flow, targets, entityFlows);
    }
    await this.mappings.noteUsed(this.now, bindings);
    const connections = new Map<string, LiveConnection>();
    for (const [id, runtime] of this.runtimes)
      connections.set(id, {
        ...liveConnection(runtime, bindings.get(id) ?? new Map(), this.heldEntities(id, flows)),
        broken: this.mappings.brokenOf(id),
      });
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
      broken: this.mappings.brokenTargets(flow.entity),
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
    const loaded = await this.mappings.usable(runtime, name);
    if (!loaded?.compiled) {
      if (loaded) this.mappings.keepBroken(flow, member, runtime, name, loaded);
      if (isNamed || loaded)
        this.faults.push({
          ...where,
          code: 'flow.no-mapping',
          message: noMapping(`${runtime.row.connector}/${name}`, loaded),
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
      publication: this.mappings.publication(runtime.row.id, name),
      reads: member.direction !== 'out',
      writes: member.direction !== 'in' && stream.write !== undefined,
      creates: member.create,
      drains: this.drains(runtime, flow),
    };
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
