import type { DuplicateGroup } from '@isthmus/api-contract';
import { entityDefinition, isEntityName } from '@isthmus/canonical';
import type { MatchKeyKind } from '@isthmus/canonical';
import { keyText } from '@isthmus/decide';
import type { IdentityKey } from '@isthmus/decide';
import type { JsonObject } from '@isthmus/json';
import { findSharedKeys, loadRecords, loadReplicasOfRecords } from '@isthmus/ledger';
import type { SharedKey, Sql, StoredRecord } from '@isthmus/ledger';
import { identityKeys } from '@isthmus/stages';
import type { EntityFlow } from '@isthmus/stages';
import type { ApiDependencies } from '../dependencies.js';
import { iso } from '../http/exchange.js';
import { recordLabel } from '../records/record-label.js';

/** Kinds that alone say too little: records of one family, or of one name. */
const NEVER_STRONG: readonly MatchKeyKind[] = ['mobile', 'phone', 'email', 'nameBirthday', 'nameAddress'];
const PAGE = 200;

/** A group with its place in the list. */
export interface PlacedGroup {
  readonly position: string;
  readonly group: DuplicateGroup;
}

type Rules = Pick<EntityFlow, 'definition' | 'match'>;

/** Groups of living records that share a strong key, each group once, after a place in the list. At most `limit`. */
export async function readDuplicates(
  { database, topology }: ApiDependencies,
  entity: string,
  after: string,
  limit: number,
): Promise<PlacedGroup[]> {
  if (!isEntityName(entity)) return [];
  const rules: Rules = topology.current().flows.get(entity) ?? { definition: entityDefinition(entity), match: {} };
  const found: PlacedGroup[] = [];
  for (let position = after; found.length < limit;) {
    const page = await findSharedKeys(database, entity, weakKinds(rules), { after: position, limit: PAGE });
    for (const placed of await groupsOf(database, rules, page)) if (found.length < limit) found.push(placed);
    if (page.length < PAGE) break;
    position = page.at(-1)?.position ?? position;
  }
  return found;
}

function weakKinds({ match }: Rules): string[] {
  const overridden = Object.entries(match).filter(([, strength]) => strength !== 'strong');
  const weak = NEVER_STRONG.filter((kind) => match[kind] !== 'strong');
  return [...new Set([...weak, ...overridden.map(([kind]) => kind)])];
}

interface Member {
  readonly record: StoredRecord;
  readonly keys: readonly IdentityKey[];
  readonly systems: string[];
}

async function groupsOf(sql: Sql, rules: Rules, page: readonly SharedKey[]): Promise<PlacedGroup[]> {
  const ids = [...new Set(page.flatMap((row) => row.recordIds))];
  const replicas = await loadReplicasOfRecords(sql, ids);
  const members = new Map(
    (await loadRecords(sql, ids)).map((record): [string, Member] => {
      const own = replicas.filter((replica) => replica.recordId === record.id && replica.nativeId !== null);
      const keys = identityKeys(rules, record.body as JsonObject);
      return [record.id, { record, keys, systems: own.map((replica) => replica.connectionId).sort() }];
    }),
  );
  return page.flatMap((shared) => {
    const group = groupOf(
      rules,
      shared,
      shared.recordIds.flatMap((id) => members.get(id) ?? []),
    );
    return group ? [{ position: shared.position, group }] : [];
  });
}

function groupOf(rules: Rules, { key }: SharedKey, members: readonly Member[]): DuplicateGroup | undefined {
  const strength = members.flatMap(({ keys }) => keys.filter((held) => keyText(held) === key))[0]?.strength;
  if (members.length < 2 || strength !== 'strong') return undefined;
  const shared = sharedKeys(members);
  // Records that share several strong keys are listed under the first of them.
  const first = shared
    .filter((held) => held.strength === 'strong')
    .map(keyText)
    .sort()[0];
  if (first !== undefined && first !== key && shared.some((held) => keyText(held) === key)) return undefined;
  const kind = key.slice(0, key.indexOf(':'));
  const value = key.slice(kind.length + 1);
  const ranked = [...members].sort(bySeniority);
  return {
    kind,
    value: rules.definition.name === 'customer' ? masked(value) : value,
    shared: [...new Set([kind, ...shared.map((held) => held.kind)])],
    contradictions: contradictions(members, new Set([kind, ...shared.map((held) => held.kind)])),
    suggestedSurvivor: ranked[0]?.record.id ?? '',
    records: ranked.map(({ record, systems }) => ({
      recordId: record.id,
      label: recordLabel(record.entity, record.body, record.id),
      version: record.version,
      systems,
      createdAt: iso(record.createdAt),
    })),
  };
}

function sharedKeys([first, ...others]: readonly Member[]): IdentityKey[] {
  const sets = others.map(({ keys }) => new Set(keys.map(keyText)));
  return (first?.keys ?? []).filter((key) => sets.every((held) => held.has(keyText(key))));
}

function contradictions(members: readonly Member[], shared: ReadonlySet<string>): string[] {
  const values = new Map<string, Set<string>>();
  for (const { keys } of members)
    for (const { kind, value, strength } of keys)
      if (strength === 'strong' && !shared.has(kind)) values.set(kind, (values.get(kind) ?? new Set()).add(value));
  return [...values].filter(([, held]) => held.size > 1).map(([kind]) => kind);
}

/** The record with most copies has most that hangs on it; of equals the older. */
function bySeniority(a: Member, b: Member): number {
  return b.systems.length - a.systems.length || a.record.createdAt.getTime() - b.record.createdAt.getTime();
}

function masked(value: string): string {
  return `${value.slice(0, 1)}***${value.length >= 8 ? value.slice(-2) : ''}`;
}
