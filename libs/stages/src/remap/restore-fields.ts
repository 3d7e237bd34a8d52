import { readPointer } from '@isthmus/canonical';
import type { JsonObject } from '@isthmus/json';
import type { NativeImage, Sql } from '@isthmus/ledger';
import { isSameValue, nativeLeaves } from '../topology/native-patch.js';
import type { RestoredField } from '../topology/native-patch.js';
import type { RemapTarget } from './remap-target.js';
import { loadResolver, nameOf, written } from './remap-writes.js';
import type { OwnCopy, PlannedWrite } from './remap-writes.js';

/** What an undo does with those fields of a copy that only the undone mapping writes. */
export interface UndoneFields {
  readonly recordId: string;
  /** They get back what stood there before. */
  readonly restore: readonly RestoredField[];
  /** Pointers of those of them that are written as far as is known now. */
  readonly pointers: readonly string[];
  /** Somebody changed them since. */
  readonly edited: readonly string[];
  /** What the undone mapping wrote stays: nothing is known of what was there before, or the record has no place there any more. */
  readonly left: readonly string[];
}

/** Looks at what the undone mapping (`before` in the target) wrote and the mapping in use (`after`) does not write. */
export async function planRestores(
  sql: Sql,
  { connection, before, after }: RemapTarget,
  copies: readonly OwnCopy[],
  images: readonly NativeImage[],
): Promise<UndoneFields[]> {
  if (!after.writes) return [];
  const bodies = copies.map(({ body }) => body);
  const resolve = await loadResolver(sql, connection.id, after.entity, bodies);
  return copies.flatMap((copy) => {
    const known = images.filter(({ nativeId }) => nativeId === copy.nativeId);
    if (!after.mapping.accepts(copy.body)) return [outOfPlace(copy, known)];
    const then = written(before, copy.body, connection.environment, resolve);
    const now = written(after, copy.body, connection.environment, resolve);
    return now.ok ? [undoneFields(copy, known, now.row, then.ok ? then.row : {})] : [];
  });
}

function outOfPlace({ recordId, base }: OwnCopy, images: readonly NativeImage[]): UndoneFields {
  const standing = images.filter(({ pointer, wrote }) => isSameValue(readPointer(base, pointer), wrote));
  return { recordId, restore: [], pointers: [], edited: [], left: standing.map(({ pointer }) => pointer) };
}

function undoneFields(
  { recordId, base, inHand }: OwnCopy,
  images: readonly NativeImage[],
  now: JsonObject,
  then: JsonObject,
): UndoneFields {
  const free = images.filter(({ pointer }) => readPointer(now, pointer) === undefined);
  const standing = free.filter(({ pointer, wrote }) => isSameValue(readPointer(base, pointer), wrote));
  const edited = free.filter(({ pointer, was, wrote }) => {
    const held = readPointer(base, pointer);
    return !isSameValue(held, wrote) && !isSameValue(held, was);
  });
  const known = new Set(images.map(({ pointer }) => pointer));
  const reached = new Set(nativeLeaves(now));
  const left = nativeLeaves(then).filter((leaf) => {
    const value = readPointer(then, leaf) ?? null;
    return !reached.has(leaf) && !known.has(leaf) && value !== null && isSameValue(value, readPointer(base, leaf));
  });
  return {
    recordId,
    // Where a delivery of the undone mapping is under way, its value may stand there only when the turn of this one comes.
    restore: (inHand ? free : standing).map(restored),
    pointers: standing.map(({ pointer }) => pointer),
    edited: edited.map(({ pointer }) => pointer),
    left,
  };
}

function restored({ pointer, was, wrote }: NativeImage): RestoredField {
  return { pointer, wrote, ...(was !== undefined && { was }) };
}

/** The writes of an undo together with the values that it brings back. */
export function withRestores(
  { after }: RemapTarget,
  writes: readonly PlannedWrite[],
  undone: readonly UndoneFields[],
): PlannedWrite[] {
  const planned = new Map(writes.map((write) => [write.recordId, write]));
  for (const { recordId, restore, pointers } of undone) {
    if (restore.length === 0) continue;
    const write = planned.get(recordId) ?? plain(recordId, nameOf(after));
    const all = [...write.pointers, ...pointers];
    const texts = restore.map((field) => JSON.stringify(field));
    planned.set(recordId, { ...write, pointers: all, restore: texts, isPrecaution: all.length === 0 });
  }
  return [...planned.values()];
}

function plain(recordId: string, target: string): PlannedWrite {
  return { recordId, target, creates: false, pointers: [], fields: [], values: [], issues: [] };
}
