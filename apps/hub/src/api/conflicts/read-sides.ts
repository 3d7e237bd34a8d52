import type { ConflictDetail } from '@isthmus/api-contract';
import { valueAt } from '@isthmus/decide';
import type { Json, JsonObject } from '@isthmus/json';
import { loadRecords, loadReplicasOfRecords } from '@isthmus/ledger';
import type { ListedConflict, Sql } from '@isthmus/ledger';
import type { Topology } from '@isthmus/stages';

/** What both sides of a conflict hold at this moment: the decision may be days younger than the conflict. */
export async function readSides(
  sql: Sql,
  topology: Topology,
  conflict: ListedConflict,
): Promise<ConflictDetail['now'] | undefined> {
  const [record] = await loadRecords(sql, [conflict.recordId]);
  if (!record) return undefined;
  const said = await readSource(sql, topology, conflict);
  return {
    recordVersion: record.version,
    recordValue: valueAt(conflict.entity, record.body as JsonObject, conflict.pointer) ?? null,
    sourceValue: (said && valueAt(conflict.entity, said, conflict.pointer)) ?? null,
  };
}

async function readSource(
  sql: Sql,
  topology: Topology,
  { recordId, connectionId }: ListedConflict,
): Promise<JsonObject | undefined> {
  const replicas = await loadReplicasOfRecords(sql, [recordId]);
  const replica = replicas.find((candidate) => candidate.connectionId === connectionId);
  const connection = topology.connections.get(connectionId);
  const mapping = replica && connection?.streams.get(replica.stream)?.mapping;
  if (!replica?.base || !connection || !mapping) return undefined;
  const mapped = mapping.toCanonical(JSON.parse(replica.base) as { [name: string]: Json }, connection.environment);
  return mapped.ok ? mapped.body : undefined;
}
