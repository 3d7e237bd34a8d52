import type { JsonObject } from '@isthmus/json';
import type { StoredRecord, TargetReplica } from '@isthmus/ledger';
import type { EntityFlow } from '../topology/topology.js';
import type { MergeSession, WorkingRecord } from './merge-session.js';

/** Which replicas must follow the new versions: every writing connection of the flow but the one that said the newest version. */
export function planTargets(session: MergeSession, records: readonly WorkingRecord[]): TargetReplica[] {
  return records.flatMap(({ current, lane, saidBy }) =>
    targetsOf(session.flow, current, lane).filter(({ connectionId }) => saidBy.get(connectionId) !== current.version),
  );
}

/** Replicas of a record in every writing connection of its flow, each in the stream in which a record of this shape lives. */
export function targetsOf(flow: EntityFlow, record: StoredRecord, lane: number): TargetReplica[] {
  const { id: recordId, entity, version } = record;
  const targets = [...flow.targets].flatMap(([connectionId, bindings]) => {
    const binding = bindings.find(({ mapping }) => mapping.accepts(record.body as JsonObject));
    if (!binding) return [];
    return [{ recordId, connectionId, entity, stream: binding.name, version, lane, creates: binding.creates }];
  });
  // Whether a record lives in a stream its mapping says. While that is broken, a copy that is there is owed the new version all the same.
  const owed = (flow.broken ?? []).filter(
    (stream) => !targets.some((target) => target.connectionId === stream.connectionId),
  );
  return [
    ...targets,
    ...owed.map(({ connectionId, name }) => ({
      recordId,
      connectionId,
      entity,
      stream: name,
      version,
      lane,
      creates: false,
    })),
  ];
}
