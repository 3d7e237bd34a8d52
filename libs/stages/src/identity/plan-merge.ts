import {
  entityDefinition,
  normaliseBody,
  provenanceOf,
  validateBody,
  withoutDerived,
  withProvenance,
} from '@isthmus/canonical';
import type { CompactProvenance, EntityName, Finding, ProvenanceSource } from '@isthmus/canonical';
import { joinBodies, keyText, mergePlan } from '@isthmus/decide';
import type { IdentityKey, JoinedField, JoinSide } from '@isthmus/decide';
import { equalJson } from '@isthmus/json';
import type { JsonObject } from '@isthmus/json';
import type { MergedNative, PairReplica, ReplicaPlace, StoredRecord } from '@isthmus/ledger';
import { identityKeys } from '../merge/identity-keys.js';
import type { EntityFlow } from '../topology/topology.js';
import type { IdentityRefusal, MergeOrder, MovedReplica } from './merge-order.js';
import { MEMORY, redirectRefs, withoutSelfRefs } from './references.js';
import { nextVersion } from './save-versions.js';

/** Two records that are to become one, with their copies. */
export interface Pair {
  readonly entity: EntityName;
  readonly survivor: StoredRecord;
  readonly other: StoredRecord;
  readonly replicas: readonly PairReplica[];
}

/** What a merge will do to the two records and their copies. */
export interface PlannedMerge {
  readonly survivor: StoredRecord;
  readonly other: StoredRecord;
  readonly fields: readonly JoinedField[];
  /** Kinds of identity keys that both records hold. */
  readonly shared: readonly string[];
  /** Kinds of strong keys in which they differ: what kept the hub from linking them by itself. */
  readonly contradictions: readonly string[];
  readonly places: readonly ReplicaPlace[];
  readonly dropped: readonly { readonly recordId: string; readonly connectionId: string }[];
  readonly ofOther: readonly MergedNative[];
  readonly parked: readonly MergedNative[];
  readonly replicas: readonly MovedReplica[];
}

/** Works out a merge; changes nothing. */
export function planMerge(
  flow: EntityFlow | undefined,
  pair: Pair,
  order: MergeOrder,
  now: Date,
): PlannedMerge | { readonly refused: IdentityRefusal } {
  const { entity, survivor, other } = pair;
  const definition = entityDefinition(entity);
  const plan = flow?.plan ?? mergePlan(definition.schema as never);
  const joined = joinBodies(plan, survivor.body as JsonObject, other.body as JsonObject, order.fields);
  if (joined.unused.length > 0) return { refused: unknownChoices(joined.unused) };
  const body = completed(pair, joined.body);
  const findings = [...validateBody(entity, body), ...definition.check(body)].filter(isError);
  if (findings.length > 0) return { refused: { code: 'record.merge-invalid', places: placesOf(findings) } };
  const rules = flow ?? { definition, match: {} };
  const keys = [survivor, other].map((record) => identityKeys(rules, record.body as JsonObject)) as [
    IdentityKey[],
    IdentityKey[],
  ];
  const shared = sharedKinds(...keys);
  // Above both: an answer to a write of either, still on its way, can never be taken for one to the merged record.
  const version = Math.max(survivor.version, other.version) + 1;
  const provenance = joinedProvenance(pair, joined.fields);
  return {
    survivor: nextVersion(survivor, now, order.actor, { version, body, provenance }),
    other: nextVersion(other, now, order.actor, { version: other.version + 1, body: other.body, status: 'merged' }),
    fields: joined.fields,
    shared,
    contradictions: contradictingKinds(...keys, shared),
    ...planReplicas(pair, order, { version, otherVersion: other.version + 1, shared, doubles: flow?.doubles }),
  };
}

function unknownChoices(pointers: readonly string[]): IdentityRefusal {
  const message = 'neither record holds anything there';
  return {
    code: 'record.merge-choice',
    places: pointers.map((pointer) => ({
      pointer: `/fields/${escape(pointer)}`,
      code: 'record.merge-choice',
      message,
    })),
  };
}

function escape(segment: string): string {
  return segment.replaceAll('~', '~0').replaceAll('/', '~1');
}

function isError(finding: Finding): boolean {
  return finding.severity === 'error';
}

/** Findings as places of an answer. */
export function placesOf(findings: readonly Finding[]): NonNullable<IdentityRefusal['places']> {
  return findings.slice(0, 20).map(({ path, code, message }) => ({ pointer: path, code, message: message.en }));
}

function completed({ entity, survivor, other }: Pair, joined: JsonObject): JsonObject {
  const definition = entityDefinition(entity);
  const redirected = redirectRefs(entity, joined, new Map([[other.id, survivor.id]]));
  const alone = withoutSelfRefs(entity, redirected, survivor.id);
  const remembers = definition.schema.properties?.[MEMORY] !== undefined;
  const memory = [...refsIn(survivor), ...refsIn(other), { id: other.id }];
  const whole: JsonObject = remembers ? { ...alone, [MEMORY]: memory } : alone;
  const inputs = normaliseBody(entity, withoutDerived(entity, whole));
  const held = normaliseBody(entity, withoutDerived(entity, survivor.body as JsonObject));
  return equalJson(inputs, held) ? (survivor.body as JsonObject) : definition.derive(inputs);
}

function refsIn({ body }: StoredRecord): { id: string }[] {
  const memory = body[MEMORY];
  return Array.isArray(memory) ? (memory as { id: string }[]) : [];
}

function joinedProvenance({ survivor, other }: Pair, fields: readonly JoinedField[]): Record<string, unknown> {
  const from = other.provenance as unknown as CompactProvenance;
  const groups = new Map<ProvenanceSource, string[]>();
  for (const { pointer, takes } of fields) {
    const source = takes === 'other' ? provenanceOf(from, pointer) : undefined;
    if (source) groups.set(source, [...(groups.get(source) ?? []), pointer]);
  }
  let provenance = survivor.provenance as unknown as CompactProvenance;
  for (const [source, pointers] of groups) provenance = withProvenance(provenance, pointers, source);
  return provenance as unknown as Record<string, unknown>;
}

function sharedKinds(a: readonly IdentityKey[], b: readonly IdentityKey[]): string[] {
  const held = new Set(a.map(keyText));
  return [...new Set(b.filter((key) => held.has(keyText(key))).map((key) => key.kind))];
}

function contradictingKinds(a: readonly IdentityKey[], b: readonly IdentityKey[], shared: readonly string[]): string[] {
  const strong = (keys: readonly IdentityKey[]): Set<string> =>
    new Set(keys.filter((key) => key.strength === 'strong').map((key) => key.kind));
  const theirs = strong(b);
  return [...strong(a)].filter((kind) => theirs.has(kind) && !shared.includes(kind));
}

interface ReplicaRules {
  readonly version: number;
  readonly otherVersion: number;
  readonly shared: readonly string[];
  readonly doubles: MergeOrder['doubles'];
}

type ReplicaPlan = Pick<PlannedMerge, 'places' | 'dropped' | 'ofOther' | 'parked' | 'replicas'>;

function planReplicas(pair: Pair, order: MergeOrder, rules: ReplicaRules): ReplicaPlan {
  const plan = { places: [], dropped: [], ofOther: [], parked: [], replicas: [] } as {
    -readonly [Name in keyof ReplicaPlan]: ReplicaPlan[Name][number][];
  };
  const connections = new Set(pair.replicas.map((replica) => replica.connectionId));
  for (const connectionId of connections) {
    const of = (id: string): PairReplica | undefined =>
      pair.replicas.find((replica) => replica.recordId === id && replica.connectionId === connectionId);
    planConnection(plan, pair, order, rules, of(pair.survivor.id), of(pair.other.id));
  }
  return plan;
}

function planConnection(
  plan: { -readonly [Name in keyof ReplicaPlan]: ReplicaPlan[Name][number][] },
  { survivor, other }: Pair,
  order: MergeOrder,
  rules: ReplicaRules,
  mine: PairReplica | undefined,
  theirs: PairReplica | undefined,
): void {
  const note = (replica: PairReplica, of: JoinSide, what: MovedReplica['what']): void => {
    const { connectionId, stream, nativeId } = replica;
    plan.replicas.push({ connectionId, stream, nativeId, of, what });
  };
  const drop = (replica: PairReplica, of: JoinSide): void => {
    plan.dropped.push({ recordId: replica.recordId, connectionId: replica.connectionId });
    note(replica, of, 'dropped');
  };
  const follow = (replica: PairReplica): void => {
    const evidence = { rule: 'merged', keys: rules.shared, confidence: 'certain', by: order.actor };
    plan.places.push({ ...native(replica), recordId: survivor.id, evidence, version: rules.version, role: 'followed' });
    note(replica, 'other', replica.state === 'gone' ? 'gone' : 'moves');
  };
  const park = (replica: PairReplica, of: JoinSide): void => {
    const role = (order.doubles ?? rules.doubles) === 'remove' ? 'removed' : 'kept';
    plan.places.push({ ...native(replica), recordId: other.id, version: rules.otherVersion, role });
    note(replica, of, replica.state === 'gone' ? 'gone' : `${role}-double`);
  };
  if (theirs?.nativeId) plan.ofOther.push(native(theirs));
  if (theirs?.nativeId === null) drop(theirs, 'other');
  if (!theirs?.nativeId) return mine && note(mine, 'survivor', 'stays');
  if (!mine) return follow(theirs);
  if (mine.nativeId === null) {
    drop(mine, 'survivor');
    return follow(theirs);
  }
  const onlyTheirsLives = mine.state === 'gone' && theirs.state !== 'gone';
  if ((order.keep[mine.connectionId] ?? (onlyTheirsLives ? 'other' : 'survivor')) === 'survivor') {
    note(mine, 'survivor', 'stays');
    return park(theirs, 'other');
  }
  plan.parked.push(native(mine));
  follow(theirs);
  park(mine, 'survivor');
}

function native({ connectionId, stream, nativeId, evidence }: PairReplica): MergedNative {
  return { connectionId, stream, nativeId: nativeId ?? '', evidence };
}
