import type { JsonObject } from '@isthmus/json';
import type { TargetReplica } from '@isthmus/ledger';
import type { StreamBinding } from '../topology/topology.js';
import type { MergeSession, WorkingRecord } from './merge-session.js';

/** Which replicas must follow the new versions: every writing connection of the flow but the one that said the newest version. */
export function planTargets(session: MergeSession, records: readonly WorkingRecord[]): TargetReplica[] {
  return records.flatMap((record) =>
    [...session.flow.targets].flatMap(([connectionId, bindings]) => {
      if (record.saidBy.get(connectionId) === record.current.version) return [];
      const binding = streamFor(bindings, record.current.body as JsonObject);
      if (!binding) return [];
      const { id: recordId, version } = record.current;
      return [
        {
          recordId,
          connectionId,
          entity: session.definition.name,
          stream: binding.name,
          version,
          lane: record.lane,
          creates: binding.creates,
        },
      ];
    }),
  );
}

/** The stream of the connection in which a record of this shape lives. */
function streamFor(bindings: readonly StreamBinding[], body: JsonObject): StreamBinding | undefined {
  return bindings.find((binding) => binding.mapping.accepts(body));
}
