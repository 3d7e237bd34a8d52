import { findRefs, readPointer } from '@isthmus/canonical';
import type { EntityName } from '@isthmus/canonical';
import { equalJson } from '@isthmus/json';
import type { Json, JsonObject } from '@isthmus/json';
import { loadReplicasOfRecords, resolveReplicaReferences } from '@isthmus/ledger';
import type { MergeReplica, NativeImage, Sql, TargetReplica } from '@isthmus/ledger';
import type { MapEnvironment, MapIssue, ResolveReference, ToNative } from '@isthmus/mapping';
import { nativeLeaves, nativePatch, remappedFields, withRemapFields } from '../topology/native-patch.js';
import type { LiveConnection, StreamBinding } from '../topology/topology.js';
import type { SampleWrite } from './remap-report.js';
import type { RemapTarget } from './remap-target.js';

/** A copy in the stream that is mapped anew, with its record as it is and as it will be. */
export interface OwnCopy {
  readonly recordId: string;
  readonly nativeId: string;
  readonly base: JsonObject;
  /** Another delivery is under way: when this one's turn comes, the base may be another. */
  readonly inHand: boolean;
  readonly bodyBefore: JsonObject;
  readonly body: JsonObject;
}

/** What is written to one copy: nothing, or these fields, or it cannot be. */
export interface PlannedWrite {
  readonly recordId: string;
  readonly target: string;
  /** Fields that only this publication makes due. */
  readonly pointers: readonly string[];
  /** Fields that are written whatever the base says. */
  readonly fields: readonly string[];
  /** Values that an undo brings back, each as JSON. */
  readonly restore?: readonly string[];
  /** What stands in fields that the mapping before does not write. */
  readonly images?: readonly NativeImage[];
  /** True = there is nothing to write as far as is known, but a delivery that is under way may change that. @default false */
  readonly isPrecaution?: boolean;
  readonly values: readonly SampleWrite[];
  readonly creates: boolean;
  readonly issues: readonly MapIssue[];
}

/** What each copy of the stream itself gets because of the new mapping. */
export async function planOwnWrites(
  sql: Sql,
  { connection, before, after }: RemapTarget,
  copies: readonly OwnCopy[],
): Promise<PlannedWrite[]> {
  if (!after.writes) return [];
  const bodies = copies.flatMap(({ body, bodyBefore }) => (body === bodyBefore ? [body] : [body, bodyBefore]));
  const resolve = await loadResolver(sql, connection.id, after.entity, bodies);
  return copies.flatMap((copy) => {
    const planned = planOwn(connection, before, after, resolve, copy);
    return planned ? [planned] : [];
  });
}

function planOwn(
  { environment }: LiveConnection,
  before: StreamBinding,
  after: StreamBinding,
  resolve: ResolveReference,
  { recordId, nativeId, base, inHand, body, bodyBefore }: OwnCopy,
): PlannedWrite | undefined {
  const common = { recordId, target: nameOf(after), creates: false };
  const now = written(after, body, environment, resolve);
  if (!now.ok) return { ...common, pointers: [], fields: [], values: [], issues: now.issues };
  const then = written(before, body, environment, resolve);
  const fields = then.ok ? remappedFields(now.row, then.row, inHand ? undefined : base) : [];
  const wanted = withRemapFields(nativePatch(environment, after, now.row, base), now.row, base, fields);
  const due = bodyBefore === body ? then : written(before, bodyBefore, environment, resolve);
  // What is due anyway is no effect of the mapping.
  const already = due.ok ? nativePatch(environment, before, due.row, base) : {};
  const leaves = nativeLeaves(wanted);
  const pointers = leaves.filter((leaf) => !equalJson(readPointer(wanted, leaf), readPointer(already, leaf)));
  if (pointers.length === 0 && !(inHand && fields.length > 0)) return undefined;
  const images = then.ok ? imagesOf(nativeId, pointers, { wanted, base, earlier: then.row }) : [];
  const values = valuesAt(after, pointers, wanted, base);
  return { ...common, pointers, fields, images, values, isPrecaution: pointers.length === 0, issues: [] };
}

function imagesOf(
  nativeId: string,
  pointers: readonly string[],
  { wanted, base, earlier }: { readonly wanted: JsonObject; readonly base: JsonObject; readonly earlier: JsonObject },
): NativeImage[] {
  return pointers.flatMap((pointer) => {
    if (readPointer(earlier, pointer) !== undefined) return [];
    const was = readPointer(base, pointer);
    return [{ nativeId, pointer, wrote: readPointer(wanted, pointer) as Json, ...(was !== undefined && { was }) }];
  });
}

/** What a mapping writes; a defect in it refuses the record and never the page. */
export function written(
  { mapping }: StreamBinding,
  body: JsonObject,
  environment: MapEnvironment,
  resolve: ResolveReference,
): ToNative {
  try {
    return mapping.toNative(body, environment, resolve);
  } catch (error) {
    const message = { en: `The mapping failed: ${String(error)}`, zh: `映射执行失败：${String(error)}` };
    return { ok: false, issues: [{ code: 'mapping.defect', path: '', message }] };
  }
}

/** What the other connections get because records changed. */
export async function planOtherWrites(
  sql: Sql,
  target: RemapTarget,
  targets: readonly TargetReplica[],
  bodies: ReadonlyMap<string, JsonObject>,
): Promise<PlannedWrite[]> {
  const others = targets.filter(({ connectionId }) => connectionId !== target.connection.id);
  const known = await loadReplicasOfRecords(sql, [...new Set(others.map(({ recordId }) => recordId))]);
  const replicas = new Map(known.map((replica) => [`${replica.recordId}|${replica.connectionId}`, replica]));
  const planned: PlannedWrite[] = [];
  for (const connectionId of new Set(others.map((other) => other.connectionId))) {
    const mine = others.filter((other) => other.connectionId === connectionId);
    const connection = target.context.topology.current().connections.get(connectionId);
    if (!connection) continue;
    const mineBodies = mine.map(({ recordId }) => bodies.get(recordId)).filter((body) => body !== undefined);
    const resolve = await loadResolver(sql, connectionId, target.after.entity, mineBodies);
    for (const wanted of mine) {
      const replica = replicas.get(`${wanted.recordId}|${connectionId}`);
      const write = planTarget(connection, resolve, wanted, { replica, body: bodies.get(wanted.recordId) });
      if (write) planned.push(write);
    }
  }
  return planned;
}

function planTarget(
  connection: LiveConnection,
  resolve: ResolveReference,
  { recordId, stream, creates }: TargetReplica,
  { replica, body }: { readonly replica: MergeReplica | undefined; readonly body: JsonObject | undefined },
): PlannedWrite | undefined {
  const binding = connection.streams.get(replica?.stream ?? stream);
  if (!body || !binding || replica?.state === 'gone') return undefined;
  if (!replica) {
    const write = creates && planOther(connection, binding, resolve, { recordId, body, base: null });
    return write ? { ...write, creates: true } : undefined;
  }
  // A create that is on its way already takes the new values along.
  if (replica.nativeId === null) return undefined;
  return planOther(connection, binding, resolve, { recordId, body, base: replica.base });
}

function planOther(
  { environment }: LiveConnection,
  binding: StreamBinding,
  resolve: ResolveReference,
  { recordId, body, base: text }: { recordId: string; body: JsonObject; base: string | null },
): PlannedWrite | undefined {
  const common = { recordId, target: nameOf(binding), creates: false, fields: [] };
  const mapped = written(binding, body, environment, resolve);
  if (!mapped.ok) return { ...common, pointers: [], values: [], issues: mapped.issues };
  if (text === null) return { ...common, pointers: [], values: [], issues: [] };
  const base = JSON.parse(text) as JsonObject;
  const patch = nativePatch(environment, binding, mapped.row, base);
  const pointers = nativeLeaves(patch);
  if (pointers.length === 0) return undefined;
  return { ...common, pointers, values: valuesAt(binding, pointers, patch, base), issues: [] };
}

function valuesAt(
  { connectionId, name: stream }: StreamBinding,
  pointers: readonly string[],
  patch: JsonObject,
  base: JsonObject,
): SampleWrite[] {
  return pointers.map((pointer) => {
    const before = readPointer(base, pointer);
    const after = readPointer(patch, pointer) as Json;
    return { connectionId, stream, pointer, after, ...(before !== undefined && { before }) };
  });
}

/** Native ids in a connection of what the bodies refer to. */
export async function loadResolver(
  sql: Sql,
  connectionId: string,
  entity: string,
  bodies: readonly JsonObject[],
): Promise<ResolveReference> {
  const ids = new Set(
    bodies.flatMap((body) => findRefs(entity as EntityName, body).flatMap(({ ref }) => ('id' in ref ? [ref.id] : []))),
  );
  const found = await resolveReplicaReferences(sql, connectionId, [...ids]);
  const known = new Map(found.map((reference) => [reference.recordId, reference]));
  return ({ id }) => {
    const reference = known.get(id);
    return reference?.nativeId && reference.stream ? { stream: reference.stream, id: reference.nativeId } : undefined;
  };
}

/** `<connection>/<stream>`, as reports name it. */
export function nameOf({ connectionId, name }: StreamBinding): string {
  return `${connectionId}/${name}`;
}
