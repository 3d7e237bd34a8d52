import { hubConnectionId, provenanceOf } from '@isthmus/canonical';
import type { CompactProvenance } from '@isthmus/canonical';
import type { RestorationAnswer, RestoreRecord } from '@isthmus/api-contract';
import { applyDifferences, bodyDifferences } from '@isthmus/decide';
import type { BodyDifference } from '@isthmus/decide';
import type { JsonObject } from '@isthmus/json';
import { listRecordVersions, loadUndoImages, readRecord } from '@isthmus/ledger';
import type { RecordVersion, Sql, WholeRecord } from '@isthmus/ledger';
import type { ApiDependencies } from '../dependencies.js';
import { notFound, ProblemError } from '../http/problem-error.js';
import { iso } from '../http/exchange.js';
import { applyEdit } from './apply-edit.js';
import { versionActor } from './read-history.js';

/** Most versions that are looked through for the edits that a restore loses. */
const MOST_VERSIONS = 200;

/** Who restores which record, and the version that they saw. */
export interface RestoreOrder extends RestoreRecord {
  readonly recordId: string;
  readonly actor: string;
  /** The version that was read; undefined = whatever it is now. */
  readonly expectedVersion: number | undefined;
}

/**
 * Gives fields of a record back the values of an earlier version, in a new version by the caller. With `dryRun` it only says which, what
 * they lose, and who had set that.
 */
export async function restoreRecord(
  sql: Sql,
  deps: ApiDependencies,
  order: RestoreOrder,
): Promise<{ answer: RestorationAnswer; deliverTo: readonly string[] }> {
  const record = await readRecord(sql, order.recordId);
  if (!record) throw notFound();
  if (order.expectedVersion !== undefined && record.version !== order.expectedVersion)
    throw new ProblemError('precondition.failed');
  const image = await imageOf(sql, record, order.version);
  const wanted = wantedChanges(record, image, order.fields);
  const plan = { recordId: record.id, fromVersion: record.version, toVersion: order.version };
  const versions = await versionsSince(sql, record, order.version);
  const fields = wanted.map((change) => described(record, versions, change));
  if (order.dryRun === true || wanted.length === 0)
    return { answer: { ...plan, version: record.version, dryRun: order.dryRun === true, fields }, deliverTo: [] };
  const { version, deliverTo } = await applyEdit(sql, deps, {
    recordId: record.id,
    actor: order.actor,
    expectedVersion: record.version,
    action: 'record.restore',
    change: (body, entity) => {
      const { body: restored, misplaced } = applyDifferences(entity, body, wanted);
      return misplaced.length > 0 ? undefined : restored;
    },
  });
  return { answer: { ...plan, version, dryRun: false, fields }, deliverTo };
}

async function imageOf(sql: Sql, record: WholeRecord, version: number): Promise<JsonObject> {
  if (version === record.version) return record.body as JsonObject;
  const [image] = await loadUndoImages(sql, [{ recordId: record.id, version }]);
  if (!image) throw new ProblemError('record.no-such-version');
  return image.body as JsonObject;
}

function wantedChanges(
  record: WholeRecord,
  image: JsonObject,
  fields: readonly string[] | undefined,
): BodyDifference[] {
  const all = bodyDifferences(record.entity, record.body as JsonObject, image);
  if (!fields) return all;
  const covers = (pointer: string): boolean =>
    fields.some((field) => pointer === field || pointer.startsWith(`${field}/`));
  return all.filter(({ pointer }) => covers(pointer));
}

interface Since {
  readonly image: Pick<RecordVersion, 'version' | 'connectionId' | 'provenance' | 'at'>;
  readonly pointers: readonly string[];
}

/** The versions after one, newest first, with the fields that each changed. */
async function versionsSince(sql: Sql, record: WholeRecord, version: number): Promise<Since[]> {
  const count = Math.min(record.version - version, MOST_VERSIONS);
  if (count <= 0) return [];
  const stored = await listRecordVersions(sql, record.id, record.version, count);
  const images = [{ ...record, at: record.updatedAt }, ...stored];
  return images.slice(0, -1).map((image, index) => {
    const before = images[index + 1]?.body as JsonObject;
    return {
      image,
      pointers: bodyDifferences(record.entity, before, image.body as JsonObject).map(({ pointer }) => pointer),
    };
  });
}

function touches(a: string, b: string): boolean {
  return a === b || a.startsWith(`${b}/`) || b.startsWith(`${a}/`);
}

function described(
  record: WholeRecord,
  versions: readonly Since[],
  change: BodyDifference,
): RestorationAnswer['fields'][number] {
  const source = provenanceOf(record.provenance as unknown as CompactProvenance, change.pointer);
  const isHub = source?.connectionId === hubConnectionId;
  return {
    ...change,
    setBy: source ? (isHub ? source.changeId : `connection:${source.connectionId}`) : null,
    setAt: source?.at ?? null,
    edits: versions
      .filter(({ pointers }) => pointers.some((pointer) => touches(pointer, change.pointer)))
      .map(({ image }) => ({ version: image.version, actor: versionActor(image), at: iso(image.at) })),
  };
}
