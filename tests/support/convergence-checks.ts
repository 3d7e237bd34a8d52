import type { Json, JsonObject } from '@isthmus/json';
import { SIDES } from './interleavings.js';
import type { Edit, Played } from './interleavings.js';

const SKEW_MS = 2_000;

/** What the ledger keeps of a run: all values a field ever had in the record, and all collisions. */
interface Kept {
  readonly bodies: ReadonlyMap<string, readonly JsonObject[]>;
  readonly conflicts: readonly {
    readonly number: string;
    readonly field: string;
    readonly record: Json;
    readonly incoming: Json;
    readonly state: string;
  }[];
}

const POINTERS: { readonly [pointer: string]: string } = {
  '/displayName': 'displayName',
  '/note': 'note',
  '/language': 'language',
  '/credit/limit': 'limit',
};

/** Everything that is wrong with how a run ended; empty = nothing. */
export async function faultsOfRun(played: Played): Promise<string[]> {
  const kept = await keptOf(played);
  return [
    ...(await differences(played, kept)),
    ...lostEdits(played, kept),
    ...lostItems(played),
    ...returned(played, kept),
    ...tooManyWrites(played),
  ];
}

async function keptOf({ world }: Played): Promise<Kept> {
  const versions = await world.rows<{ number: string; body: JsonObject }>(`
    select number, body from (
      select r.body->>'customerNumber' as number, v.version, v.body from record r join record_version v on v.record_id = r.id
      union all select body->>'customerNumber', version, body from record) all_versions order by version`);
  const bodies = new Map<string, JsonObject[]>();
  for (const { number, body } of versions) bodies.set(number, [...(bodies.get(number) ?? []), body]);
  const conflicts = await world.rows<{ number: string; pointer: string; record: Json; incoming: Json; state: string }>(`
    select r.body->>'customerNumber' as number, c.pointer, c.record_value as record, c.incoming_value as incoming, c.state
    from conflict c join record r on r.id = c.record_id`);
  return {
    bodies,
    conflicts: conflicts.map(({ pointer, ...rest }) => ({ ...rest, field: POINTERS[pointer] ?? pointer })),
  };
}

const FIELDS = ['displayName', 'note', 'language', 'limit'] as const;

function valueOf(body: JsonObject | undefined, field: string): string | undefined {
  if (field !== 'limit') return (body?.[field] ?? undefined) as string | undefined;
  const limit = (body?.['credit'] as JsonObject | undefined)?.['limit'] as JsonObject | undefined;
  return limit ? String(Number(limit['amount'])) : undefined;
}

function sitesOf(body: JsonObject | undefined): string[] {
  return ((body?.['contactPoints'] ?? []) as JsonObject[]).map((item) => String(item['value'] as string)).sort();
}

function textOf(body: JsonObject | undefined): string {
  return JSON.stringify([...FIELDS.map((field) => valueOf(body, field) ?? null), sitesOf(body)]);
}

/** All systems hold the record, each once, and all hold the same. */
async function differences({ world }: Played, _kept: Kept): Promise<string[]> {
  const records = await world.rows<{ body: JsonObject; number: string }>(
    `select body, body->>'customerNumber' as number from record`,
  );
  const faults: string[] = [];
  const numbers = new Set(records.map(({ number }) => number));
  if (numbers.size !== records.length) faults.push(`double records: ${records.map(({ number }) => number).join()}`);
  for (const { body, number } of records) {
    for (const id of SIDES) {
      const rows = [...world.side(id).rows.values()].filter((row) => row.number === number);
      if (rows.length !== 1) faults.push(`${id} holds ${number} ${rows.length} times`);
      const held = textOf(world.canonical(id, number));
      if (held !== textOf(body)) faults.push(`${id} ${number} holds ${held}, the record ${textOf(body)}`);
    }
  }
  return faults;
}

/** Every edit is the final value, or somebody wrote over it knowingly, or policy decided against it and both values are kept. */
function lostEdits(played: Played, kept: Kept): string[] {
  const { world, edits } = played;
  return edits.flatMap((edit, index) => {
    if (edit.kind !== 'set' || edit.value === undefined) return [];
    const same = edits.filter(
      (other) => other.number === edit.number && other.field === edit.field && other.kind === 'set',
    );
    const later = edits.slice(index + 1).filter((other) => same.includes(other));
    const final = valueOf(world.canonical(edit.side, edit.number), edit.field);
    if (final === edit.value || later.some((other) => other.side === edit.side)) return [];
    const decided = kept.conflicts.some(
      ({ number, field, incoming, record }) =>
        number === edit.number && field === edit.field && [incoming, record].some((side) => isValue(side, edit.value)),
    );
    if (decided) return [];
    const blind = world
      .side(edit.side)
      .overwritten.some(({ value }) => value !== undefined && isValue(value, edit.value));
    if (blind && !world.side(edit.side).kind.guards) return [];
    const seen = (kept.bodies.get(edit.number) ?? []).some((body) => valueOf(body, edit.field) === edit.value);
    if (!seen) return [`edit never seen: ${JSON.stringify(edit)}, final ${final}`];
    // Seen, and gone without a collision: only an edit from later may have replaced it.
    const winners = same.filter((other) => other.value === final);
    const isReplaced = winners.some((other) => other.atMs > edit.atMs - SKEW_MS && other !== edit);
    return isReplaced ? [] : [`update lost without a decision: ${JSON.stringify(edit)}, final ${final}`];
  });
}

function isValue(json: Json, value: string | undefined): boolean {
  if (json === null) return false;
  if (typeof json === 'object') return String(Number((json as JsonObject)['amount'])) === value;
  return json === value || String(Number(json)) === value;
}

/** What a system has said after something else it never seems to take back by itself, however late an old notice comes. */
function returned({ edits }: Played, kept: Kept): string[] {
  return FIELDS.flatMap((field) => {
    const known = new Map(
      edits.flatMap((edit) => (edit.field === field && edit.value !== undefined ? [[edit.value, edit] as const] : [])),
    );
    return [...kept.bodies.values()].flatMap((bodies) => {
      const newest = new Map<string, number>();
      return bodies.flatMap((body) => {
        const edit = known.get(valueOf(body, field) ?? '');
        if (!edit) return [];
        const before = newest.get(edit.side) ?? 0;
        newest.set(edit.side, Math.max(before, edit.atMs));
        // Of two rows of one time nobody can say which was first, until the system is read again.
        return edit.atMs < before ? [`an old value came back: ${JSON.stringify(edit)}`] : [];
      });
    });
  });
}

/** Items that somebody added are there, unless somebody took them out. */
function lostItems({ world, edits, unanswered }: Played): string[] {
  const sides = SIDES.map((id) => world.side(id));
  if (sides.some((side) => side.overwritten.some(({ field }) => field === 'sites'))) return [];
  const numbers = new Set(edits.map(({ number }) => number));
  return [...numbers].flatMap((number) => {
    const of = (kind: Edit['kind']): Edit[] => edits.filter((edit) => edit.number === number && edit.kind === kind);
    const removals = of('remove');
    // Taking out what an unanswered write put in looks as if the write had never been: it may be made again.
    const unsure = new Set(removals.filter(({ side }) => unanswered.has(side)).map(({ value }) => value));
    const removed = new Set(removals.map(({ value }) => value));
    const expected = of('add').flatMap(({ value }) => (removed.has(value) ? [] : [value as string]));
    const found = sitesOf(world.canonical('crm', number)).filter((url) => !unsure.has(url));
    return JSON.stringify(expected.sort()) === JSON.stringify(found)
      ? []
      : [`${number} sites ${found.join()} instead of ${expected.join()}`];
  });
}

/** Each edit may go to every system once, a record be made in each once, and each cut may cost one repetition. */
function tooManyWrites({ world, edits, creates, faults }: Played): string[] {
  const writes = SIDES.reduce((sum, id) => sum + world.side(id).writes, 0);
  const most = (edits.length + creates) * SIDES.length + faults;
  return writes <= most ? [] : [`${writes} writes for ${edits.length} edits, ${creates} creates and ${faults} faults`];
}
