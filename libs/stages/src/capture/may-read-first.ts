import { fieldsOf } from '@isthmus/canonical';
import { areDependenciesSettled, wasRead } from '@isthmus/ledger';
import type { StageContext } from '../topology/stage-context.js';
import type { EntityFlow, StreamBinding, Topology } from '../topology/topology.js';

const readBefore = new WeakMap<StageContext, Set<string>>();

/**
 * The first read goes in the order of references: customers, products and locations are read, matched and delivered everywhere before the
 * first order or stock level is read. So nothing waits for what is about to come, and no document is written before its parts exist.
 */
export async function mayReadFirst(context: StageContext, binding: StreamBinding): Promise<boolean> {
  const known = readBefore.get(context) ?? new Set<string>();
  readBefore.set(context, known);
  const name = `${binding.connectionId}|${binding.name}`;
  if (known.has(name)) return true;
  const dependencies = dependenciesOf(context.topology.current(), binding);
  const may =
    dependencies.streams.length === 0 ||
    (await wasRead(context.database, binding.connectionId, binding.name)) ||
    (await areDependenciesSettled(context.database, dependencies));
  if (may) known.add(name);
  return may;
}

function dependenciesOf(
  topology: Topology,
  binding: StreamBinding,
): { entities: string[]; streams: { connectionId: string; stream: string }[] } {
  const flow = topology.flows.get(binding.entity);
  const referred = new Set(
    flow
      ? fieldsOf(flow.definition.schema).flatMap(({ schema }) =>
          schema['x-ref'] === undefined ? [] : [schema['x-ref']],
        )
      : [],
  );
  const entities = [...referred].filter((entity) => entity !== binding.entity && isMoving(topology.flows.get(entity)));
  const streams = [...topology.connections.values()].flatMap((connection) =>
    [...connection.streams.values()]
      .filter((stream) => entities.includes(stream.entity) && stream.reads && stream.stream.read !== undefined)
      .map((stream) => ({ connectionId: connection.id, stream: stream.name })),
  );
  return { entities, streams };
}

/** A flow that is paused would keep everything that refers to its records waiting. */
function isMoving(flow: EntityFlow | undefined): boolean {
  return flow !== undefined && flow.isPaused !== true;
}
