import type { JsonObject } from '@isthmus/json';
import { LANE, markTargetReplicas, releaseChanges } from '@isthmus/ledger';
import type { RefusedChange, Sql, TargetReplica, UnknownRecord } from '@isthmus/ledger';
import { targetsOf } from '../merge/plan-targets.js';
import { NO_EFFECT } from './remap-page.js';
import type { PageEffect } from './remap-page.js';
import type { RemapReport } from './remap-report.js';
import { tallyWrites } from './remap-tally.js';
import type { RemapTarget } from './remap-target.js';
import { nameOf, written } from './remap-writes.js';

/** Records that had no place in the connection before and have one in this stream now: they are created there. */
export async function remapUnknown(
  sql: Sql,
  target: RemapTarget,
  records: readonly UnknownRecord[],
  report: RemapReport,
  apply: boolean,
): Promise<PageEffect> {
  const placed = records.flatMap((record) => newPlace(target, record));
  const creates: TargetReplica[] = [];
  for (const { record, place } of placed) {
    const body = record.body as JsonObject;
    const mapped = written(target.after, body, target.connection.environment, () => undefined);
    const issues = mapped.ok ? [] : mapped.issues;
    const write = { recordId: record.id, target: nameOf(target.after), pointers: [], fields: [], values: [] };
    tallyWrites([{ ...write, creates: true, issues }], new Map(), report);
    if (mapped.ok) creates.push(place);
  }
  if (!apply || creates.length === 0) return NO_EFFECT;
  await markTargetReplicas(sql, target.context.clock.now(), creates);
  return { ...NO_EFFECT, deliverTo: new Set([target.connection.id]) };
}

function newPlace(
  { connection, after, flow, flowBefore }: RemapTarget,
  record: UnknownRecord,
): { record: UnknownRecord; place: TargetReplica }[] {
  const whole = record as Parameters<typeof targetsOf>[1];
  const here = ({ connectionId }: TargetReplica): boolean => connectionId === connection.id;
  if (targetsOf(flowBefore, whole, LANE.backfill).some(here)) return [];
  const place = targetsOf(flow, whole, LANE.backfill).find(here);
  return place?.creates && place.stream === after.name ? [{ record, place }] : [];
}

/** Changes that the mapping before refused: those that pass now are tried again. */
export async function releaseRefused(
  sql: Sql,
  { context, connection, after }: RemapTarget,
  refused: readonly RefusedChange[],
  report: RemapReport,
  apply: boolean,
): Promise<PageEffect> {
  const passing = refused.filter(({ raw }) => passes(after.mapping, raw, connection.environment));
  report.blocked.changes += refused.length;
  report.blocked.pass += passing.length;
  if (!apply || passing.length === 0) return NO_EFFECT;
  const ids = passing.map(({ id }) => id);
  const released = await releaseChanges(sql, context.clock.now(), ids);
  return { ...NO_EFFECT, mergeAlso: new Set(released.map(({ entity }) => entity)) };
}

function passes(
  mapping: RemapTarget['after']['mapping'],
  raw: string,
  environment: RemapTarget['connection']['environment'],
): boolean {
  try {
    return mapping.toCanonical(JSON.parse(raw) as JsonObject, environment).ok;
  } catch {
    return false;
  }
}
