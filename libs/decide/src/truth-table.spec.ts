import type { Json, JsonObject } from '@isthmus/json';
import { mergePolicy } from './field-policy.js';
import type { FieldPolicies, FieldPolicy } from './field-policy.js';
import type { MergePlan } from './merge-plan.js';
import { threeWayMerge } from './three-way-merge.js';

/*
 * Every combination of what the source said before, what the record holds and what the source says now, under every policy, for every speaker
 * and order of times, against a second telling of the rules that shares no code with the first.
 */

const SKEW_MS = 2_000;
const ERP = 'erp';
const CRM = 'crm';
const SHOP = 'shop';

/** What the three letters of the table stand for, by what a policy works on. */
const VALUES: { readonly [kind: string]: readonly [Json, Json, Json] } = {
  text: ['a', 'b', 'c'],
  decimal: ['10', '9', '100.5'],
  money: [
    { amount: '10.00', currency: 'CNY' },
    { amount: '9.00', currency: 'CNY' },
    { amount: '100.50', currency: 'CNY' },
  ],
  currencies: [
    { amount: '10.00', currency: 'CNY' },
    { amount: '9.00', currency: 'USD' },
    { amount: '100.50', currency: 'EUR' },
  ],
  set: [['x'], ['x', 'y'], ['z', 'x']],
};

interface Policy {
  readonly name: string;
  readonly policy: FieldPolicy;
  readonly kind: string;
}

const POLICIES: readonly Policy[] = [
  { name: 'owner', policy: { resolve: 'owner', owner: ERP }, kind: 'text' },
  { name: 'strict owner', policy: { resolve: 'owner', owner: ERP, strict: true }, kind: 'text' },
  { name: 'latest', policy: { resolve: 'latest' }, kind: 'text' },
  { name: 'latest, own ranking', policy: { resolve: 'latest', ranking: [SHOP, CRM, ERP] }, kind: 'text' },
  { name: 'ranking', policy: { resolve: 'ranking', ranking: [ERP, CRM] }, kind: 'text' },
  { name: 'ranking of the flow', policy: { resolve: 'ranking' }, kind: 'text' },
  { name: 'union', policy: { resolve: 'union' }, kind: 'set' },
  { name: 'maximum', policy: { resolve: 'maximum' }, kind: 'decimal' },
  { name: 'minimum', policy: { resolve: 'minimum' }, kind: 'money' },
  { name: 'maximum of what cannot be compared', policy: { resolve: 'maximum' }, kind: 'currencies' },
  { name: 'review', policy: { resolve: 'review' }, kind: 'text' },
];

const SPEAKERS = [ERP, CRM, SHOP, 'unlisted'];
const HOLDERS = [ERP, CRM, SHOP, 'hub', undefined];
const NOW = 1_000_000;
const GAPS = [-60_000, -SKEW_MS, -SKEW_MS + 1, 0, SKEW_MS - 1, SKEW_MS, 60_000];
const FLOW_RANKING = ['hub', CRM, ERP];

type Cell = 'absent' | 'null' | 0 | 1 | 2;
const CELLS: readonly Cell[] = ['absent', 'null', 0, 1, 2];

const plan: MergePlan = { kind: 'object', others: false, properties: new Map([['f', { kind: 'value' }]]) };

function bodyOf(cell: Cell, values: readonly Json[]): JsonObject {
  if (cell === 'absent') return {};
  return { f: cell === 'null' ? null : (values[cell] as Json) };
}

interface Row {
  readonly policy: Policy;
  /** `none` = first contact. */
  readonly base: Cell | 'none';
  readonly record: Cell;
  readonly incoming: Cell;
  readonly speaker: string;
  readonly holder: string | undefined;
  readonly gap: number;
}

interface Expected {
  readonly value: Json | undefined;
  /** The record changes. */
  readonly changed: boolean;
  /** The source must get something back. */
  readonly owed: boolean;
  readonly what: 'nothing' | 'taken' | 'put back' | 'record' | 'incoming' | 'joined' | 'review';
}

const text = (value: Json | undefined): string => JSON.stringify(value ?? null);

/** The rules told again, plainly. */
function oracle(row: Row): Expected {
  const values = VALUES[row.policy.kind] as readonly Json[];
  const valueOf = (cell: Cell | 'none'): Json | undefined => (typeof cell === 'number' ? values[cell] : undefined);
  const [before, held, said] = [valueOf(row.base), valueOf(row.record), valueOf(row.incoming)];
  const stays = (what: Expected['what'], owed: boolean): Expected => ({ value: held, changed: false, owed, what });
  // Not supplied, the same as ours, or the same as it said before: no edit. At first contact nothing is cleared by holding nothing.
  if (row.incoming === 'absent' || text(said) === text(held)) return stays('nothing', false);
  if (row.base !== 'none' && text(said) === text(before)) return stays('nothing', false);
  if (row.base === 'none' && said === undefined) return stays('nothing', false);
  const nobodyHasIt = held === undefined && before === undefined;
  if (row.policy.policy.strict === true && row.speaker !== ERP && !nobodyHasIt) return stays('put back', true);
  const othersChanged = row.base === 'none' ? held !== undefined : text(held) !== text(before);
  if (!othersChanged) return { value: said, changed: true, owed: false, what: 'taken' };
  return settled(row, { before: row.base === 'none' ? undefined : before, held, said });
}

interface Values {
  readonly before: Json | undefined;
  readonly held: Json | undefined;
  readonly said: Json | undefined;
}

function settled(row: Row, values: Values): Expected {
  const record: Expected = { value: values.held, changed: false, owed: true, what: 'record' };
  const incoming: Expected = { value: values.said, changed: true, owed: false, what: 'incoming' };
  const { name } = row.policy;
  if (name === 'review') return { ...record, what: 'review' };
  if (name === 'union') {
    const { before, held, said } = values as { before?: string[]; held?: string[]; said?: string[] };
    return joined(before, held, said, { record, incoming });
  }
  const wins = ownerWins(row) ?? rankedWins(row) ?? amountWins(row, values) ?? newer(row);
  return wins ? incoming : record;
}

function ownerWins(row: Row): boolean | undefined {
  if (!row.policy.name.endsWith('owner')) return undefined;
  if (row.speaker === ERP) return true;
  return row.holder === ERP ? false : undefined;
}

function rankedWins(row: Row): boolean | undefined {
  if (!row.policy.name.startsWith('ranking') || row.holder === undefined) return undefined;
  const list = row.policy.name === 'ranking' ? [ERP, CRM] : FLOW_RANKING;
  const [speaker, holder] = [placeIn(list, row.speaker), placeIn(list, row.holder)];
  return speaker === holder ? undefined : speaker < holder;
}

function placeIn(list: readonly string[], who: string): number {
  return list.includes(who) ? list.indexOf(who) : 99;
}

function amountWins({ policy: { name } }: Row, { held, said }: Values): boolean | undefined {
  if (!name.startsWith('maximum') && name !== 'minimum') return undefined;
  if (held === undefined) return true;
  if (said === undefined) return false;
  if (name.startsWith('maximum of')) return undefined;
  const amount = (value: Json): number => Number(typeof value === 'object' ? (value as JsonObject)['amount'] : value);
  return amount(said) > amount(held) === (name === 'maximum');
}

function joined(
  before: string[] = [],
  held: string[] = [],
  said: string[] = [],
  { record, incoming }: { record: Expected; incoming: Expected },
): Expected {
  const all = ['x', 'y', 'z'].filter((item) => {
    if (before.includes(item)) return held.includes(item) && said.includes(item);
    return held.includes(item) || said.includes(item);
  });
  const is = (other: string[]): boolean => [...all].sort().join() === [...other].sort().join();
  if (is(held)) return record;
  if (is(said)) return incoming;
  return { value: all.length === 0 ? undefined : all, changed: true, owed: true, what: 'joined' };
}

function newer(row: Row): boolean {
  if (row.holder === undefined) return true;
  if (row.holder === row.speaker) return row.gap >= 0;
  if (row.gap <= -SKEW_MS) return false;
  if (row.gap >= SKEW_MS) return true;
  const lists: { [name: string]: readonly string[] } = {
    'latest, own ranking': [SHOP, CRM, ERP],
    ranking: [ERP, CRM],
  };
  const list = lists[row.policy.name] ?? FLOW_RANKING;
  const gap = placeIn(list, row.speaker) - placeIn(list, row.holder);
  return gap === 0 ? row.speaker < row.holder : gap < 0;
}

function* rows(policy: Policy): Generator<Row> {
  for (const base of ['none', ...CELLS] as const)
    for (const record of CELLS)
      for (const incoming of CELLS)
        for (const speaker of SPEAKERS)
          for (const holder of HOLDERS)
            for (const gap of GAPS) yield { policy, base, record, incoming, speaker, holder, gap };
}

function policiesOf({ policy }: Policy): FieldPolicies {
  return { default: policy, fields: {}, ranking: FLOW_RANKING, clockSkewMs: SKEW_MS };
}

function sorted(value: Json | undefined): string {
  return text(Array.isArray(value) ? [...(value as string[])].sort() : value);
}

/** Texts of a row's expectation and finding, to be compared. */
function play(row: Row): { expected: string; found: string } {
  const values = VALUES[row.policy.kind] as readonly Json[];
  const sides = {
    // Stored bodies hold no null.
    record: row.record === 'null' ? {} : bodyOf(row.record, values),
    base: row.base === 'none' ? undefined : bodyOf(row.base, values),
    incoming: bodyOf(row.incoming, values),
  };
  const result = threeWayMerge(
    plan,
    sides,
    mergePolicy(policiesOf(row.policy), {
      source: row.speaker,
      incomingAtMs: NOW + row.gap,
      lastSetBy: () => (row.holder === undefined ? undefined : { connectionId: row.holder, atMs: NOW }),
    }),
  );
  const { value, changed, owed, what } = oracle(row);
  const [collision] = result.collisions;
  const found = collision
    ? collision.why === 'strict-owner'
      ? 'put back'
      : collision.chosen
    : result.changed.length > 0
      ? 'taken'
      : 'nothing';
  return {
    expected: `${sorted(value)} changed=${changed} owed=${owed} ${what}`,
    found: `${sorted(result.body['f'])} changed=${result.changed.length > 0} owed=${result.refused.length > 0} ${found}`,
  };
}

let checked = 0;

describe('the truth table of a field', () => {
  it.each(POLICIES.map((policy) => [policy.name, policy] as const))('%s', (_name, policy) => {
    for (const row of rows(policy)) {
      const { expected, found } = play(row);
      checked += 1;
      // Told by hand: an expectation for each of a hundred thousand rows takes half a minute.
      if (found !== expected) expect({ row, result: found }).toEqual({ row, result: expected });
    }
  });

  it('has every row', () => expect(checked).toBe(POLICIES.length * 6 * 5 * 5 * 4 * 5 * 7));
});

describe('the truth table of a list item', () => {
  const listPlan: MergePlan = {
    kind: 'object',
    others: false,
    properties: new Map<string, MergePlan>([
      [
        'items',
        {
          kind: 'list',
          key: ['id'],
          item: {
            kind: 'object',
            others: false,
            properties: new Map([
              ['id', { kind: 'value' }],
              ['p', { kind: 'value' }],
              ['q', { kind: 'value' }],
            ]),
          },
        },
      ],
    ]),
  };
  type Item = { readonly p?: string | null; readonly q?: string };
  // `undefined` = the item is not in the list; null = the source says that the field is empty.
  const IN_RECORD: readonly (Item | undefined)[] = [undefined, { p: 'a' }, { p: 'b' }, { p: 'a', q: 'x' }, {}];
  const SAID: readonly (Item | undefined)[] = [undefined, { p: 'a' }, { p: 'b' }, { p: 'c' }, { p: null }];
  const OTHER = { id: 'other', p: 'z' };
  const listOf = (item: Item | undefined): Json[] => [OTHER, ...(item ? [{ id: '1', ...item } as JsonObject] : [])];
  const empty = (value: string | null | undefined): string | undefined => value ?? undefined;

  /** The item after the merge, told plainly. `win` = the source wins collisions. */
  function itemAfter(
    base: Item | undefined,
    record: Item | undefined,
    said: Item | undefined,
    policy: 'record' | 'incoming' | 'union',
  ): Item | undefined {
    if (said === undefined) return itemTakenOut(base, record, policy);
    if (record === undefined) return itemOthersTookOut(base, said, policy);
    const [before, held, now] = [base && empty(base.p), empty(record.p), empty(said.p)];
    const edits = now !== before && now !== held;
    const takes = edits && (held === before || policy !== 'record');
    const p = takes ? now : held;
    return { ...(p !== undefined && { p }), ...(record.q !== undefined && { q: record.q }) };
  }

  /** Never there, or others took it out too, or others edited it meanwhile. */
  function itemTakenOut(base: Item | undefined, record: Item | undefined, policy: string): Item | undefined {
    if (base === undefined || record === undefined) return record;
    const edited = empty(base.p) !== empty(record.p) || record.q !== undefined;
    return edited && policy !== 'incoming' ? record : undefined;
  }

  function itemOthersTookOut(base: Item | undefined, said: Item, policy: string): Item | undefined {
    if (base !== undefined && empty(base.p) === empty(said.p)) return undefined;
    if (base !== undefined && policy === 'record') return undefined;
    return said.p === null || said.p === undefined ? {} : { p: said.p };
  }

  it.each(['record', 'incoming', 'union'] as const)('collisions decided for %s', (policy) => {
    for (const base of SAID)
      for (const record of IN_RECORD)
        for (const said of SAID) {
          const result = threeWayMerge(
            listPlan,
            { record: { items: listOf(record) }, base: { items: listOf(base) }, incoming: { items: listOf(said) } },
            policy === 'union'
              ? mergePolicy(
                  { default: { resolve: 'union' }, fields: {} },
                  { source: CRM, incomingAtMs: 2, lastSetBy: () => ({ connectionId: ERP, atMs: 1 }) },
                )
              : { collide: () => policy, mayChange: () => true },
          );
          const items = (result.body['items'] ?? []) as JsonObject[];
          const { id: _id, ...found } = items.find((item) => item['id'] === '1') ?? { id: '' };
          const isThere = items.some((item) => item['id'] === '1');
          const expected = itemAfter(base, record, said, policy);
          expect([{ base, record, said }, isThere ? found : undefined]).toEqual([{ base, record, said }, expected]);
          expect(items).toContainEqual(OTHER);
          const differs = JSON.stringify(isThere ? found : undefined) !== JSON.stringify(record);
          expect([{ base, record, said }, result.changed.length > 0]).toEqual([{ base, record, said }, differs]);
        }
  });

  it('joins items at first contact, and lets policy decide where both hold the item', () => {
    for (const record of IN_RECORD)
      for (const said of SAID) {
        const { body, collisions } = threeWayMerge(
          listPlan,
          { record: { items: listOf(record) }, base: undefined, incoming: { items: listOf(said) } },
          { collide: () => 'record', mayChange: () => true },
        );
        const items = body['items'] as JsonObject[];
        const p = record ? (record.p ?? empty(said?.p)) : empty(said?.p);
        expect(items.find((item) => item['id'] === '1')?.['p']).toBe(p);
        expect(collisions.length > 0).toBe(
          record?.p !== undefined && record.p !== null && empty(said?.p) !== undefined && record.p !== said?.p,
        );
      }
  });
});

describe('what is cleared as a whole', () => {
  const objectPlan: MergePlan = {
    kind: 'object',
    others: false,
    properties: new Map<string, MergePlan>([
      [
        'credit',
        {
          kind: 'object',
          others: false,
          properties: new Map([
            ['limit', { kind: 'value' }],
            ['terms', { kind: 'value' }],
          ]),
        },
      ],
    ]),
  };
  const merge = (record: JsonObject, base: JsonObject, incoming: JsonObject): ReturnType<typeof threeWayMerge> =>
    threeWayMerge(objectPlan, { record, base, incoming }, { collide: () => 'record', mayChange: () => true });

  it('clears the fields that the source knew, keeps what others added, and asks policy for what others edited', () => {
    expect(merge({ credit: { limit: '1', terms: 'x' } }, { credit: { limit: '1' } }, { credit: null }).body).toEqual({
      credit: { terms: 'x' },
    });
    expect(merge({ credit: { limit: '2' } }, { credit: { limit: '1' } }, { credit: null })).toMatchObject({
      body: { credit: { limit: '2' } },
      collisions: [{ pointer: '/credit/limit', record: '2', incoming: undefined, base: '1' }],
    });
  });

  it('leaves no empty object behind', () => {
    expect(merge({ credit: { limit: '1' } }, { credit: { limit: '1' } }, { credit: null }).body).toEqual({});
  });
});
