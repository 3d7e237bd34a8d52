import {
  entityDefinition,
  findRefs,
  isEntityName,
  normaliseBody,
  validateBody,
  withoutDerived,
} from '@isthmus/canonical';
import type { EntityName, Finding } from '@isthmus/canonical';
import { bodyDifferences } from '@isthmus/decide';
import { equalJson, withoutNulls } from '@isthmus/json';
import type { JsonObject } from '@isthmus/json';
import {
  changeIdentityKeys,
  erasureOfRecord,
  insertAudit,
  insertBeforeImages,
  LANE,
  loadRecords,
  lockMerge,
  markTargetReplicas,
  updateRecords,
} from '@isthmus/ledger';
import type { Sql, StoredRecord } from '@isthmus/ledger';
import { keyMoves, personVersion, targetsOf } from '@isthmus/stages';
import type { ApiDependencies } from '../dependencies.js';
import { notFound, ProblemError } from '../http/problem-error.js';

/** A person's edit of a record. */
export interface Edit {
  readonly recordId: string;
  /** Who edits: `api:<key name>`. */
  readonly actor: string;
  /** The version that the editor saw; undefined = whatever it is now. */
  readonly expectedVersion: number | undefined;
  /** The wanted body; undefined = the edit has no place in this body. */
  readonly change: (body: JsonObject, entity: EntityName) => JsonObject | undefined;
  /** What the audit calls it. */
  readonly action: string;
}

/**
 * Makes a new version of a record by hand, in the caller's transaction: checked as a merge checks it, kept with its before-image, and owed
 * to every writing connection. The same rules as for changes hold, because it holds the same lock.
 *
 * @returns the version that holds now and the connections to hint; the old version when nothing changed
 */
export async function applyEdit(
  sql: Sql,
  deps: ApiDependencies,
  edit: Edit,
): Promise<{ version: number; deliverTo: readonly string[] }> {
  const entity = await lockRecord(sql, edit.recordId);
  const [record] = await loadRecords(sql, [edit.recordId]);
  if (!record) throw notFound();
  if (edit.expectedVersion !== undefined && record.version !== edit.expectedVersion)
    throw new ProblemError('precondition.failed');
  if (record.status === 'deleted' || record.status === 'merged')
    throw new ProblemError((await erasureOfRecord(sql, record.id)) ? 'record.erased' : 'record.not-editable');
  const wanted = edit.change(record.body as JsonObject, entity);
  if (!wanted) throw new ProblemError('conflict.not-applicable');
  const body = complete(entity, record.body as JsonObject, wanted);
  if (equalJson(body, record.body as JsonObject)) return { version: record.version, deliverTo: [] };
  refuseInvalid(entity, body);
  await refuseUnknownReferences(sql, entity, body);
  return save(sql, deps, record, { edit, entity, body });
}

async function lockRecord(sql: Sql, recordId: string): Promise<EntityName> {
  const [known] = await loadRecords(sql, [recordId]);
  if (!known || !isEntityName(known.entity)) throw notFound();
  await lockMerge(sql, known.entity);
  return known.entity;
}

/** Derived fields follow the edit; those whose inputs did not change keep what their source stated. */
function complete(entity: EntityName, before: JsonObject, wanted: JsonObject): JsonObject {
  const { derive } = entityDefinition(entity);
  const computed = (body: JsonObject): JsonObject => derive(normaliseBody(entity, withoutDerived(entity, body)));
  const then = computed(before);
  const now = computed(wanted);
  const stated = normaliseBody(entity, withoutNulls(wanted));
  const body: JsonObject = {};
  for (const name of new Set([...Object.keys(stated), ...Object.keys(now)])) {
    const kept = equalJson(then[name], now[name]) ? (stated[name] ?? now[name]) : now[name];
    if (kept !== undefined) body[name] = kept;
  }
  return body;
}

function refuseInvalid(entity: EntityName, body: JsonObject): void {
  const errors = (findings: readonly Finding[]): readonly Finding[] =>
    findings.filter((finding) => finding.severity === 'error');
  const schema = errors(validateBody(entity, body));
  const findings = schema.length > 0 ? schema : errors(entityDefinition(entity).check(body));
  if (findings.length === 0) return;
  throw new ProblemError('record.invalid', {
    errors: findings.slice(0, 20).map(({ path, code, message }) => ({ pointer: path, code, message: message.en })),
  });
}

async function refuseUnknownReferences(sql: Sql, entity: EntityName, body: JsonObject): Promise<void> {
  const refs = findRefs(entity, body);
  const ids = refs.flatMap(({ ref }) => ('id' in ref ? [ref.id] : []));
  const known = new Set((await loadRecords(sql, [...new Set(ids)])).map((record) => record.id));
  const wrong = refs.filter(({ ref }) => !('id' in ref) || !known.has(ref.id));
  if (wrong.length === 0) return;
  throw new ProblemError('record.invalid', {
    errors: wrong.map(({ path }) => ({
      pointer: path,
      code: 'record.unknown-reference',
      message: 'there is no record with this id',
    })),
  });
}

interface Prepared {
  readonly edit: Edit;
  readonly entity: EntityName;
  readonly body: JsonObject;
}

async function save(
  sql: Sql,
  deps: ApiDependencies,
  before: StoredRecord,
  { edit, entity, body }: Prepared,
): Promise<{ version: number; deliverTo: readonly string[] }> {
  const now = deps.clock.now();
  const changed = bodyDifferences(entity, before.body as JsonObject, body).map((difference) => difference.pointer);
  const next = personVersion(before, { body }, changed, { actor: edit.actor, now });
  await insertBeforeImages(sql, [before]);
  await updateRecords(sql, [next]);
  const flow = deps.topology.current().flows.get(entity);
  const rules = flow ?? { definition: entityDefinition(entity), match: {} };
  await changeIdentityKeys(sql, entity, keyMoves(rules, before, body));
  const targets = flow ? targetsOf(flow, next, LANE.live) : [];
  await markTargetReplicas(sql, now, targets);
  await insertAudit(sql, now, {
    actor: edit.actor,
    action: edit.action,
    object: `record:${before.id}`,
    details: { version: next.version, fields: changed.slice(0, 100) },
  });
  return { version: next.version, deliverTo: targets.map((target) => target.connectionId) };
}
