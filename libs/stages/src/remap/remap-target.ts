import type { CompiledMapping } from '@isthmus/mapping';
import type { StageContext } from '../topology/stage-context.js';
import type { EntityFlow, LiveConnection, StreamBinding, Topology } from '../topology/topology.js';

/** A stream whose stored rows are mapped anew: its binding with the mapping before and the mapping after. */
export interface RemapTarget {
  readonly connection: LiveConnection;
  readonly before: StreamBinding;
  readonly after: StreamBinding;
  /** Flow as it is with the mapping before. */
  readonly flowBefore: EntityFlow;
  /** Context whose topology has the mapping after in place, whatever is in use at this moment. */
  readonly context: StageContext;
  readonly flow: EntityFlow;
}

/** A mapping with the number of its version; 0 = it is no version yet. */
export interface NumberedMapping {
  readonly mapping: CompiledMapping;
  readonly version: number;
}

/** Puts both mappings in the place of a stream's binding; undefined = the stream takes part in no active flow. */
export function remapTarget(
  context: StageContext,
  place: { readonly connectionId: string; readonly stream: string },
  mappings: { readonly before: NumberedMapping; readonly after: NumberedMapping },
): RemapTarget | undefined {
  const topology = context.topology.current();
  const binding = topology.connections.get(place.connectionId)?.streams.get(place.stream);
  if (!binding) return undefined;
  const bind = ({ mapping, version }: NumberedMapping): StreamBinding => ({
    ...binding,
    mapping,
    mappingVersion: version,
  });
  const [before, after] = [bind(mappings.before), bind(mappings.after)];
  const [past, future] = [topologyWith(topology, before), topologyWith(topology, after)];
  const flowBefore = past.flows.get(binding.entity);
  const flow = future.flows.get(binding.entity);
  const connection = future.connections.get(place.connectionId);
  if (!flowBefore || !flow || !connection) return undefined;
  return { connection, before, after, flowBefore, flow, context: { ...context, topology: { current: () => future } } };
}

function topologyWith(topology: Topology, binding: StreamBinding): Topology {
  const { connectionId, name, entity } = binding;
  const connections = new Map(topology.connections);
  const connection = connections.get(connectionId);
  if (connection)
    connections.set(connectionId, { ...connection, streams: new Map(connection.streams).set(name, binding) });
  const flows = new Map(topology.flows);
  const flow = flows.get(entity);
  const writers = flow?.targets.get(connectionId);
  if (flow && writers) {
    const replaced = writers.map((writer) => (writer.name === name ? binding : writer));
    flows.set(entity, { ...flow, targets: new Map(flow.targets).set(connectionId, replaced) });
  }
  return { connections, flows };
}
