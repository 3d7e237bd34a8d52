import type { Row } from '@isthmus/connector-kit';
import { classifyDrift } from '@isthmus/decide';
import type { ComparedSides, Drift } from '@isthmus/decide';
import type { JsonObject } from '@isthmus/json';
import {
  agreeCopies,
  compareRows,
  findErasedObjects,
  findOpenChanges,
  insertDifferences,
  resolveReplicaReferences,
} from '@isthmus/ledger';
import type { AgreedCopy, ComparedRow, NewDifference, OpenChange } from '@isthmus/ledger';
import { Breather } from '../topology/breather.js';
import { rowWithoutPersonal } from '../topology/forget-personal.js';
import { rowHash } from '../topology/row-hash.js';
import type { StageContext } from '../topology/stage-context.js';
import { agreesAtOnce, canonicalOf, compareSides, referencedIds } from './compare-sides.js';
import type { Comparing, NativeOf, SideDifferences } from './compare-sides.js';

/** A row of the far side. */
export interface FarRow {
  readonly nativeId: string;
  readonly row: Row;
  readonly text: string;
  readonly hash: string;
  readonly at: Date | null;
}

/** Counts of one stream's comparison. */
export interface StreamCounts {
  /** Rows that the far side listed. */
  rows: number;
  /** Copies and unknown objects that were compared. */
  compared: number;
  inStep: number;
  /** Differences that a person knows of already: dead letters, refused changes, reviews, held deletions. */
  held: number;
  /** Objects of a connection that is only written which are none of the hub's. */
  unmanaged: number;
  /** True = the far side listed nothing at all although the hub knows copies there: not taken for their deletion. */
  emptyListing: boolean;
}

/** What looking at rows needs besides them. */
export interface Looking extends Comparing {
  readonly runId: string;
  readonly counts: StreamCounts;
  readonly mappedSince: Date | undefined;
}

/** A row as the stream keys it. */
export function farRow({ binding }: Pick<Comparing, 'binding'>, row: Row): FarRow {
  const text = JSON.stringify(row);
  const at = binding.stream.modifiedAt?.(row);
  return {
    nativeId: binding.stream.key(row),
    row,
    text,
    hash: rowHash(text),
    at: at === undefined ? null : new Date(at),
  };
}

/** Compares listed rows with the ledger and keeps their differences. Of each page only what differs is held longer than a moment. */
export async function lookAtRows(
  context: StageContext,
  looking: Looking,
  rows: readonly FarRow[],
  askedAt: Date,
): Promise<void> {
  const byId = new Map(rows.map((row) => [row.nativeId, row]));
  const { binding, counts } = looking;
  const place = { connectionId: binding.connectionId, stream: binding.name, mappingVersion: binding.mappingVersion };
  const compared = await compareRows(context.database, place, [...byId.values()]);
  const known = await withoutErased(context, place, compared);
  counts.compared += byId.size;
  counts.inStep += byId.size - compared.length;
  counts.held += compared.length - known.length;
  const looks = await lookAtAll(looking, known, byId);
  const agreed = looks.flatMap((look) => (look.agreed ? [look.agreed] : []));
  await agreeCopies(context.database, binding.connectionId, binding.mappingVersion, agreed);
  counts.inStep += looks.filter((look) => look.inStep).length;
  const open = looks.filter((look) => !look.inStep);
  if (open.length === 0) return;
  const nativeOf = await referencesOf(context, looking, open);
  const changes = await openChanges(context, looking, open);
  const found = open.flatMap((look) =>
    settleLook(looking, look, { askedAt, nativeOf, change: changes.get(look.far.nativeId) }),
  );
  await agreeCopies(
    context.database,
    binding.connectionId,
    binding.mappingVersion,
    found.flatMap((item) => ('agreed' in item ? [item.agreed] : [])),
  );
  await insertDifferences(
    context.database,
    looking.runId,
    found.flatMap((item) => ('agreed' in item ? [] : [item])),
  );
}

/** Objects that the hub does not know because it has erased whose they are, native id and all. */
async function withoutErased(
  context: StageContext,
  place: { readonly connectionId: string; readonly stream: string },
  rows: readonly ComparedRow[],
): Promise<readonly ComparedRow[]> {
  const unknown = rows.filter((row) => row.recordId === null).map(({ nativeId }) => ({ ...place, nativeId }));
  const erased = new Set((await findErasedObjects(context.database, unknown)).map(({ nativeId }) => nativeId));
  return erased.size === 0 ? rows : rows.filter((row) => !erased.has(row.nativeId));
}

interface Look {
  readonly far: FarRow;
  readonly known: ComparedRow;
  readonly body: JsonObject | undefined;
  readonly inStep: boolean;
  readonly agreed?: AgreedCopy;
}

async function lookAtAll(
  looking: Looking,
  known: readonly ComparedRow[],
  byId: ReadonlyMap<string, FarRow>,
): Promise<Look[]> {
  const breather = new Breather();
  const looks: Look[] = [];
  for (const row of known) {
    const far = byId.get(row.nativeId);
    if (far) looks.push(firstLook(looking, row.erased === 'document' ? withoutPerson(looking, far) : far, row));
    await breather.pause();
  }
  return looks;
}

/** What a document says of an erased person takes no part in the comparison, and is not kept. The hash stays that of the whole row. */
function withoutPerson({ binding, connection }: Looking, far: FarRow): FarRow {
  const row = rowWithoutPersonal(binding, connection.environment, far.row as JsonObject) ?? {};
  return { ...far, row: row as Row, text: JSON.stringify(row) };
}

/** Most copies are in step: their row says what the record says. */
function firstLook(looking: Looking, far: FarRow, known: ComparedRow): Look {
  const body = canonicalOf(looking, far.row);
  const quick =
    body !== undefined &&
    known.state === 'settled' &&
    known.body !== null &&
    (known.status === 'active' || known.status === 'archived') &&
    !wentBack(far, known) &&
    agreesAtOnce(looking, body, known.body as JsonObject);
  return quick
    ? { far, known, body, inStep: true, agreed: agreedCopy(far, known) }
    : { far, known, body, inStep: false };
}

function agreedCopy(far: FarRow, known: ComparedRow): AgreedCopy {
  const isBehind = known.baseHash !== far.hash;
  return {
    recordId: known.recordId ?? '',
    version: known.version ?? 0,
    hash: far.hash,
    baseHash: known.baseHash,
    row: isBehind ? far.text : null,
    rowAt: isBehind ? far.at : null,
  };
}

/** A row from before the one that is known: the far side has lost a write, for example with a backup that was put back. */
function wentBack(far: FarRow, known: ComparedRow): boolean {
  return far.at !== null && known.modifiedAt !== null && far.at.getTime() < known.modifiedAt.getTime();
}

async function referencesOf(context: StageContext, looking: Looking, looks: readonly Look[]): Promise<NativeOf> {
  const { binding } = looking;
  const ids = new Set(
    looks.flatMap(({ known }) => (known.body ? referencedIds(binding.entity, known.body as JsonObject) : [])),
  );
  const found = await resolveReplicaReferences(context.database, binding.connectionId, [...ids]);
  const natives = new Map(
    found.flatMap(({ recordId, stream, nativeId }) =>
      stream !== null && nativeId !== null ? [[recordId, { stream, id: nativeId }] as const] : [],
    ),
  );
  return (recordId) => natives.get(recordId);
}

async function openChanges(
  context: StageContext,
  { binding }: Looking,
  looks: readonly Look[],
): Promise<Map<string, OpenChange>> {
  const ids = looks.map((look) => look.far.nativeId);
  const found = await findOpenChanges(context.database, binding.connectionId, binding.name, ids);
  return new Map(found.map((change) => [change.nativeId, change]));
}

interface Around {
  readonly askedAt: Date;
  readonly nativeOf: NativeOf;
  readonly change: OpenChange | undefined;
}

function settleLook(looking: Looking, look: Look, around: Around): (NewDifference | { readonly agreed: AgreedCopy })[] {
  const { far, known } = look;
  const { change } = around;
  const { counts } = looking;
  // A system that still holds an erased person is for the person who asked for the erasure, not for a repair.
  if (isHeld(far, change) || known.erased === 'person') {
    counts.held += 1;
    return [];
  }
  const moving = known.touchedAt !== null && known.touchedAt.getTime() >= around.askedAt.getTime();
  if (moving) return [differenceOf(looking, look, { cause: 'late', detail: 'changed-meanwhile', action: 'none' }, [])];
  if (known.recordId === null) return unknownHere(looking, look, change);
  if (known.status === 'deleted' || known.status === 'merged' || known.state === 'gone')
    return thereAfterAll(looking, look, change);
  const sides = sidesOf(looking, look, around.nativeOf);
  const drift = classifyDrift({ ...sides, ...statesOf(looking, look, change) });
  if (!drift) {
    counts.inStep += 1;
    return known.state === 'settled' ? [{ agreed: agreedCopy(far, known) }] : [];
  }
  if (known.state === 'dead' && sides.far.length === 0 && !sides.refused) {
    counts.held += 1;
    return [];
  }
  return [differenceOf(looking, look, drift, sides.far.length > 0 ? sides.far : sides.ours)];
}

/** Whether a person has this to decide already, as it stands. */
function isHeld(far: FarRow, change: OpenChange | undefined): boolean {
  if (!change || isOnItsWay(change)) return false;
  return change.kind === 'delete' || (change.raw !== null && rowHash(change.raw) === far.hash);
}

function isOnItsWay(change: OpenChange | undefined): boolean {
  return change !== undefined && ['fetch', 'pending', 'waiting'].includes(change.state);
}

function sidesOf(looking: Looking, { far, body, known }: Look, nativeOf: NativeOf): SideDifferences {
  if (!body) return { far: [], ours: [], forbidden: [], refused: true };
  const row = far.row as JsonObject;
  return compareSides(
    looking,
    { row, far: body, base: baseOf(looking, far, known, body), record: known.body as JsonObject },
    nativeOf,
  );
}

function baseOf(looking: Looking, far: FarRow, known: ComparedRow, body: JsonObject): JsonObject | undefined {
  if (known.baseHash === far.hash) return body;
  return known.base === null ? undefined : canonicalOf(looking, JSON.parse(known.base) as JsonObject);
}

function statesOf(
  { binding, mappedSince }: Looking,
  { far, known }: Look,
  change: OpenChange | undefined,
): Omit<ComparedSides, keyof SideDifferences> {
  return {
    changeOnItsWay: isOnItsWay(change),
    deliveryOnItsWay: known.state === 'pending' || known.state === 'blocked',
    wentBack: wentBack(far, known),
    mappingChanged: mappedSince !== undefined && known.touchedAt !== null && mappedSince > known.touchedAt,
    reads: binding.reads,
  };
}

function unknownHere(looking: Looking, look: Look, change: OpenChange | undefined): NewDifference[] {
  const { binding, counts } = looking;
  if (isOnItsWay(change))
    return [differenceOf(looking, look, { cause: 'late', detail: 'change-on-its-way', action: 'none' }, [])];
  if (!binding.reads) {
    counts.unmanaged += 1;
    counts.compared -= 1;
    return [];
  }
  const drift: Drift = look.body
    ? { cause: 'deleted', detail: 'unknown-here', action: 'merge' }
    : { cause: 'mapping', detail: 'refused', action: 'merge' };
  return [differenceOf(looking, look, drift, [])];
}

/** Deleted here, or taken for deleted there, and there it is. */
function thereAfterAll(looking: Looking, look: Look, change: OpenChange | undefined): NewDifference[] {
  const { counts } = looking;
  const { known } = look;
  if (isOnItsWay(change) || known.state === 'pending' || known.state === 'blocked')
    return [differenceOf(looking, look, { cause: 'late', detail: 'deletion-on-its-way', action: 'none' }, [])];
  if (known.state === 'dead' || known.status === 'merged') {
    counts.held += 1;
    return [];
  }
  const action = afterAllAction(looking, look);
  const drift: Drift = { cause: 'deleted', detail: 'there-after-deletion', action };
  return [differenceOf(looking, look, drift, [])];
}

/** Our deletion is made again; what came back after it, and what only its own system deleted, is for the merge and its guards. */
function afterAllAction({ binding, flow }: Looking, { known, far }: Look): Drift['action'] {
  const cameBack = far.at !== null && known.goneSince !== null && far.at.getTime() > known.goneSince.getTime();
  const removes = binding.writes && binding.stream.write?.remove !== undefined && flow.deletes === 'propagate';
  if (known.status === 'deleted' && removes && !(cameBack && binding.reads)) return 'remove';
  return binding.reads ? 'merge' : 'none';
}

function differenceOf(
  { binding }: Looking,
  { far, known }: Look,
  drift: Drift,
  fields: readonly string[],
): NewDifference {
  const needsRow = drift.action === 'merge' || drift.action === 'put-back';
  return {
    connectionId: binding.connectionId,
    stream: binding.name,
    entity: binding.entity,
    cause: drift.cause,
    detail: drift.detail,
    action: drift.action,
    recordId: known.recordId,
    nativeId: far.nativeId,
    fields,
    recordVersion: known.version,
    baseHash: known.baseHash,
    row: needsRow ? far.text : null,
    rowAt: needsRow ? far.at : null,
  };
}
