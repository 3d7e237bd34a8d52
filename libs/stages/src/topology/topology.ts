import type { ConnectorContext, Connector, Stream } from '@isthmus/connector-kit';
import type { EntityDefinition } from '@isthmus/canonical';
import type { FieldPolicies, MergePlan } from '@isthmus/decide';
import type { DeletePolicy, DeleteRules, DoublesPolicy, ReconcileRules } from '@isthmus/ledger';
import type { CompiledMapping, MapEnvironment } from '@isthmus/mapping';

/** A stream of a connection with the mapping that ties it to its entity. */
export interface StreamBinding {
  readonly connectionId: string;
  readonly name: string;
  readonly stream: Stream;
  readonly entity: string;
  readonly mapping: CompiledMapping;
  /** Number of the stored mapping version. */
  readonly mappingVersion: number;
  /** Publication that the mapping comes from. @default none: it is the configured or shipped one */
  readonly publication?: number | null;
  readonly reads: boolean;
  readonly writes: boolean;
  /** Whether records that the connection lacks are created there. */
  readonly creates: boolean;
  /** True = nothing new is read from it, because its connection, flow or entity drains. @default false */
  readonly drains?: boolean;
}

/**
 * A stream of a flow that cannot work: its mapping is broken, and no version that it worked with before can be used. What is told of it is
 * kept and waits, as does what it is owed.
 */
export interface BrokenStream extends Pick<
  StreamBinding,
  'connectionId' | 'name' | 'stream' | 'entity' | 'reads' | 'writes'
> {
  /** Where the mapping is wrong first: file, line and what. */
  readonly fault: { readonly en: string; readonly zh: string };
}

/** A connection as the stages work with it. */
export interface LiveConnection {
  readonly id: string;
  readonly connector: Connector;
  readonly context: ConnectorContext;
  readonly environment: MapEnvironment;
  readonly streams: ReadonlyMap<string, StreamBinding>;
  /** Streams of its flows that cannot work because their mapping is broken. @default none */
  readonly broken?: ReadonlyMap<string, BrokenStream>;
  /** Entities that are not delivered to it now: their flow is paused, or they are held here. @default none */
  readonly heldEntities?: readonly string[];
  /** How many of `wanted` replicas may be claimed now: none while the connection is paused or its far side is down, one as a probe. */
  mayClaim(wanted: number): number;
  /** A context for one try, and the calls that are made through it, redacted, for the attempt log. */
  recording(): { readonly context: ConnectorContext; readonly calls: readonly object[] };
}

/** An entity with its flow and everything that is worked out once. */
export interface EntityFlow {
  readonly flowId: string;
  /** True = what comes is stored, nothing is merged or delivered. @default false */
  readonly isPaused?: boolean;
  /** True = nothing is written until a person has confirmed the matching report. @default false */
  readonly awaitsConfirmation?: boolean;
  /** What becomes of the second copy where two merged records both have one in a system. @default keep */
  readonly doubles?: DoublesPolicy;
  readonly definition: EntityDefinition;
  readonly plan: MergePlan;
  readonly policies: FieldPolicies;
  readonly deletes: DeletePolicy;
  readonly deleteRules: DeleteRules;
  readonly reconcile: ReconcileRules;
  readonly match: { readonly [kind: string]: 'strong' | 'medium' | 'weak' | 'off' };
  /** Writing streams per connection, in the order in which they are tried for a new record. */
  readonly targets: ReadonlyMap<string, readonly StreamBinding[]>;
  /** Writing streams that cannot work, one a connection. @default none */
  readonly broken?: readonly BrokenStream[];
}

/** Everything configured, at one moment. Replaced as a whole when the configuration changes; batches finish on the one they began with. */
export interface Topology {
  readonly connections: ReadonlyMap<string, LiveConnection>;
  readonly flows: ReadonlyMap<string, EntityFlow>;
}

/** Hands out the topology that holds now. */
export interface TopologySource {
  current(): Topology;
}

/** The stream, if it takes part in a flow and cannot work because its mapping is broken. */
export function brokenStreamOf(topology: Topology, connectionId: string, stream: string): BrokenStream | undefined {
  return topology.connections.get(connectionId)?.broken?.get(stream);
}

/** The binding of a stream, if the stream takes part in a flow. */
export function bindingOf(topology: Topology, connectionId: string, stream: string): StreamBinding | undefined {
  return topology.connections.get(connectionId)?.streams.get(stream);
}
