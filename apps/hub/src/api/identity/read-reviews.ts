import type { IdentityReview } from '@isthmus/api-contract';
import { entityDefinition, isEntityName, maskPersonal } from '@isthmus/canonical';
import type { EntityName } from '@isthmus/canonical';
import { bodyDifferences, keyText, pointerPattern } from '@isthmus/decide';
import type { BodyDifference, IdentityKey } from '@isthmus/decide';
import type { JsonObject } from '@isthmus/json';
import { loadRecords, loadReplicasOfRecords } from '@isthmus/ledger';
import type { ListedReview, MergeReplica, StoredRecord } from '@isthmus/ledger';
import { bindingOf, identityKeys } from '@isthmus/stages';
import type { EntityFlow, Topology } from '@isthmus/stages';
import type { ApiDependencies } from '../dependencies.js';
import { iso } from '../http/exchange.js';
import { recordLabel } from '../records/record-label.js';

type Rules = Pick<EntityFlow, 'definition' | 'match'>;

interface Material {
  readonly rules: Rules;
  readonly records: ReadonlyMap<string, StoredRecord>;
  readonly replicas: readonly MergeReplica[];
  readonly masks: boolean;
}

/** Candidates that the hub named when it sent a change to review. */
export function candidatesOf({ reason }: Pick<ListedReview, 'reason'>): { recordId: string; why: string }[] {
  const { candidates } = reason as { candidates?: unknown };
  if (!Array.isArray(candidates)) return [];
  return (candidates as { recordId?: unknown; why?: unknown }[]).flatMap(({ recordId, why }) =>
    typeof recordId === 'string' ? [{ recordId, why: typeof why === 'string' ? why : '' }] : [],
  );
}

/** Reviews with what the object says beside what each candidate holds, computed from what both are now. */
export async function readReviews(
  { database, topology }: ApiDependencies,
  rows: readonly ListedReview[],
  masks: boolean,
): Promise<IdentityReview[]> {
  const now = topology.current();
  const ids = [...new Set(rows.flatMap((row) => candidatesOf(row).map(({ recordId }) => recordId)))];
  const records = new Map((await loadRecords(database, ids)).map((record) => [record.id, record]));
  const replicas = await loadReplicasOfRecords(database, ids);
  return rows.flatMap((row) => {
    const { entity } = row;
    if (!isEntityName(entity)) return [];
    const rules = now.flows.get(entity) ?? { definition: entityDefinition(entity), match: {} };
    return [review(now, row, entity, { rules, records, replicas, masks })];
  });
}

function review(topology: Topology, row: ListedReview, entity: EntityName, material: Material): IdentityReview {
  const incoming = incomingBody(topology, row, entity);
  const keys = incoming ? identityKeys(material.rules, incoming) : [];
  return {
    id: row.id,
    connectionId: row.connectionId,
    stream: row.stream,
    entity,
    nativeId: row.nativeId,
    since: iso(row.settledAt ?? row.receivedAt),
    label: incoming ? recordLabel(entity, incoming, row.nativeId) : row.nativeId,
    masked: material.masks,
    incoming: incoming ? shown(entity, incoming, material.masks) : null,
    keys: keys.map(({ kind, strength }) => ({ kind, strength })),
    candidates: candidatesOf(row).flatMap(({ recordId, why }) => {
      const record = material.records.get(recordId);
      return record ? [candidate(entity, record, why, { ...material, incoming, keys })] : [];
    }),
  };
}

function incomingBody(topology: Topology, row: ListedReview, entity: EntityName): JsonObject | undefined {
  const binding = bindingOf(topology, row.connectionId, row.stream);
  const environment = topology.connections.get(row.connectionId)?.environment;
  if (!binding || !environment || row.raw === null) return undefined;
  try {
    const mapped = binding.mapping.toCanonical(JSON.parse(row.raw) as JsonObject, environment);
    return mapped.ok ? entityDefinition(entity).derive(mapped.body) : undefined;
  } catch {
    return undefined;
  }
}

function shown(entity: EntityName, body: JsonObject, masks: boolean): JsonObject {
  return masks ? maskPersonal(entity, body) : body;
}

function candidate(
  entity: EntityName,
  record: StoredRecord,
  why: string,
  {
    rules,
    replicas,
    masks,
    incoming,
    keys,
  }: Material & { incoming: JsonObject | undefined; keys: readonly IdentityKey[] },
): IdentityReview['candidates'][number] {
  const body = record.body as JsonObject;
  const held = identityKeys(rules, body);
  const texts = new Set(held.map(keyText));
  const shared = [...new Set(keys.filter((key) => texts.has(keyText(key))).map((key) => key.kind))];
  const strong = new Set(held.filter((key) => key.strength === 'strong').map((key) => key.kind));
  const against = keys.filter((key) => key.strength === 'strong' && strong.has(key.kind) && !shared.includes(key.kind));
  const own = replicas.filter((replica) => replica.recordId === record.id && replica.nativeId !== null);
  return {
    recordId: record.id,
    label: recordLabel(entity, body, record.id),
    version: record.version,
    recordStatus: record.status,
    why,
    shared,
    against: [...new Set(against.map((key) => key.kind))],
    systems: own.map((replica) => replica.connectionId).sort(),
    body: shown(entity, body, masks),
    differences: incoming ? sideBySide(entity, body, incoming, masks) : [],
  };
}

/** Fields that differ. Masked texts may look the same although they differ: then the field is named without its values. */
function sideBySide(entity: EntityName, record: JsonObject, incoming: JsonObject, masks: boolean): BodyDifference[] {
  const plain = bodyDifferences(entity, record, incoming);
  if (!masks) return plain;
  const visible = bodyDifferences(entity, maskPersonal(entity, record), maskPersonal(entity, incoming));
  const known = new Set(visible.map(({ pointer }) => pointerPattern(entity, pointer)));
  const hidden = new Set(plain.map(({ pointer }) => pointerPattern(entity, pointer)));
  return [...visible, ...[...hidden].filter((pattern) => !known.has(pattern)).map((pointer) => ({ pointer }))];
}
