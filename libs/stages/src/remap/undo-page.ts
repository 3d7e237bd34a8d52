import { bodyDifferences } from '@isthmus/decide';
import type { JsonObject } from '@isthmus/json';
import { loadRecordImages, loadRecords } from '@isthmus/ledger';
import type { MappingEffect, Sql, StoredRecord } from '@isthmus/ledger';
import { nextVersion, saveVersions } from '../undo/save-versions.js';
import { takeBack } from '../undo/take-back.js';
import type { UndoneStep } from '../undo/take-back.js';
import { NO_EFFECT } from './remap-page.js';
import type { PageEffect } from './remap-page.js';
import { noteKept, noteRecord } from './remap-report.js';
import type { RemapReport } from './remap-report.js';
import type { RemapTarget } from './remap-target.js';

/**
 * Takes back what a publication changed in one page of records: each field that still is as the publication left it gets the value from its
 * before-image, in a new version by `actor`. Fields that were changed since stay, and are reported.
 */
export async function undoPage(
  sql: Sql,
  target: RemapTarget,
  effects: readonly MappingEffect[],
  actor: string,
  report: RemapReport,
): Promise<PageEffect> {
  const records = new Map((await loadRecords(sql, ids(effects))).map((record) => [record.id, record]));
  const images = await loadImages(sql, effects);
  const versions = ids(effects).flatMap((recordId) => {
    const made = effects.filter((effect) => effect.recordId === recordId).map(({ version }) => version);
    const record = records.get(recordId);
    const next = undoRecord(target, { recordId, record, made, images, actor, report });
    return record && next ? [{ before: record, next }] : [];
  });
  return { ...NO_EFFECT, deliverTo: await saveVersions(sql, target.flow, versions, target.context.clock.now()) };
}

type Images = ReadonlyMap<string, JsonObject>;

interface Undoing {
  readonly recordId: string;
  readonly record: StoredRecord | undefined;
  /** Versions that the publication made. */
  readonly made: readonly number[];
  readonly images: Images;
  readonly actor: string;
  readonly report: RemapReport;
}

function ids(effects: readonly MappingEffect[]): string[] {
  return [...new Set(effects.map(({ recordId }) => recordId))];
}

async function loadImages(sql: Sql, effects: readonly MappingEffect[]): Promise<Images> {
  const wanted = effects.flatMap(({ recordId, version }) => [
    { recordId, version },
    { recordId, version: version - 1 },
  ]);
  const found = await loadRecordImages(sql, wanted);
  return new Map(found.map(({ recordId, version, body }) => [`${recordId}|${version}`, body as JsonObject]));
}

/** The version of a record without what the publication did; undefined = it stays as it is. */
function undoRecord(target: RemapTarget, undoing: Undoing): StoredRecord | undefined {
  const { recordId, record, report, actor } = undoing;
  const keep = (code: string, pointers: readonly string[] = []): void => noteKept(report, { recordId, code, pointers });
  if (!record || record.status === 'deleted' || record.status === 'merged')
    return keep('mapping.undo-record-gone') as undefined;
  const steps = stepsOf(record, undoing);
  if (steps.length < undoing.made.length) keep('mapping.undo-no-image');
  const body = record.body as JsonObject;
  const taken = takeBack(target.flow, body, steps);
  if (taken.editedSince.length > 0) keep('mapping.undo-edited-since', taken.editedSince);
  if (taken.invalid.length > 0) keep('mapping.undo-invalid', taken.invalid);
  if (!taken.body) return undefined;
  noteRecord(report, record.entity, bodyDifferences(record.entity, body, taken.body));
  return nextVersion(record, { body: taken.body }, { actor, now: target.context.clock.now() });
}

/** What each version changed, the newest first. */
function stepsOf(record: StoredRecord, { made, images }: Undoing): UndoneStep[] {
  const bodyOf = (version: number): JsonObject | undefined =>
    version === record.version ? (record.body as JsonObject) : images.get(`${record.id}|${version}`);
  return [...made]
    .sort((a, b) => b - a)
    .flatMap((version) => {
      const [was, after] = [bodyOf(version - 1), bodyOf(version)];
      return was && after ? [{ was, made: after }] : [];
    });
}
