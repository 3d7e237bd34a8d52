import {
  entityDefinition,
  normaliseBody,
  provenanceOf,
  validateBody,
  withoutDerived,
  withProvenance,
} from '@isthmus/canonical';
import type { CompactProvenance, EntityName } from '@isthmus/canonical';
import { applyDifferences } from '@isthmus/decide';
import type { BodyDifference } from '@isthmus/decide';
import type { JsonObject } from '@isthmus/json';
import { readMergedInto } from '@isthmus/ledger';
import type { RecordImage, Sql, StoredRecord } from '@isthmus/ledger';
import type { AttributedChanges } from './attribute-changes.js';
import { MEMORY, redirectRefs } from './references.js';
import type { Torn } from './torn-records.js';

/** A field that changed since the merge, and with which record it is now. */
export interface KeptChange {
  readonly pointer: string;
  readonly with: 'survivor' | 'other';
  /** Why: its native object said so, or nobody knows whose it was, or it had no place in the record whose it was. */
  readonly because: 'said-by-its-copy' | 'unattributed' | 'no-place';
}

type Restored = Pick<StoredRecord, 'body' | 'provenance'>;

/** Both bodies from their before-images, each with what was changed since and is its own. */
export async function restoredBodies(
  sql: Sql,
  torn: Torn,
  changes: AttributedChanges,
): Promise<{ survivor: Restored; other: Restored; kept: KeptChange[] }> {
  const { entity, survivor, otherBefore, survivorBefore } = torn;
  const mine = [...changes.ofSurvivor, ...changes.unattributed];
  const first = withChanges(entity, survivorBefore, survivor, mine);
  const second = withChanges(entity, otherBefore, survivor, changes.ofOther);
  const misplaced = [...first.misplaced, ...second.misplaced];
  const kept = (
    list: readonly BodyDifference[],
    side: KeptChange['with'],
    because: KeptChange['because'],
  ): KeptChange[] =>
    list
      .filter((difference) => !misplaced.includes(difference))
      .map(({ pointer }) => ({ pointer, with: side, because }));
  return {
    survivor: { ...first.image, body: await led(sql, entity, withMemory(torn, first.image.body as JsonObject)) },
    other: { ...second.image, body: await led(sql, entity, second.image.body as JsonObject) },
    kept: [
      ...kept(changes.ofSurvivor, 'survivor', 'said-by-its-copy'),
      ...kept(changes.unattributed, 'survivor', 'unattributed'),
      ...kept(changes.ofOther, 'other', 'said-by-its-copy'),
      ...misplaced.map(({ pointer }) => ({ pointer, with: 'survivor' as const, because: 'no-place' as const })),
    ],
  };
}

/** A before-image with later changes; without them where they would break the entity's rules. */
function withChanges(
  entity: EntityName,
  before: RecordImage,
  current: StoredRecord,
  differences: readonly BodyDifference[],
): { image: Restored; misplaced: readonly BodyDifference[] } {
  const image = { body: before.body, provenance: before.provenance };
  if (differences.length === 0) return { image, misplaced: [] };
  const changed = applyDifferences(entity, before.body as JsonObject, differences);
  const definition = entityDefinition(entity);
  const body = definition.derive(normaliseBody(entity, withoutDerived(entity, changed.body)));
  const findings = [...validateBody(entity, body), ...definition.check(body)];
  if (findings.some((finding) => finding.severity === 'error')) return { image, misplaced: differences };
  let provenance = before.provenance as unknown as CompactProvenance;
  for (const { pointer } of changed.applied) {
    const source = provenanceOf(current.provenance as unknown as CompactProvenance, pointer);
    if (source) provenance = withProvenance(provenance, [pointer], source);
  }
  return {
    image: { body, provenance: provenance as unknown as Record<string, unknown> },
    misplaced: changed.misplaced,
  };
}

/** Other records may have been merged into the survivor since; those it keeps. */
function withMemory({ survivor, other }: Torn, body: JsonObject): JsonObject {
  const memory = survivor.body[MEMORY];
  if (!Array.isArray(memory)) return body;
  const kept = (memory as { id: string }[]).filter(({ id }) => id !== other.id);
  const { [MEMORY]: _before, ...rest } = body;
  return kept.length === 0 ? rest : { ...rest, [MEMORY]: kept };
}

/** What a before-image refers to may have been merged into something since. */
async function led(sql: Sql, entity: EntityName, body: JsonObject): Promise<JsonObject> {
  const ids = JSON.stringify(body).match(/[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g) ?? [];
  const into = await readMergedInto(sql, [...new Set<string>(ids)]);
  return into.size === 0 ? body : redirectRefs(entity, body, into);
}
