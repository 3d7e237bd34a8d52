import { buryReferenceCycle, findReferenceCycles, leaveOutReferences } from '@isthmus/ledger';
import type { CycleMember } from '@isthmus/ledger';
import { entityDefinition, findRefs, isEntityName } from '@isthmus/canonical';
import type { JsonObject, Json } from '@isthmus/json';
import type { StageContext } from '../topology/stage-context.js';
import { bindingOf } from '../topology/topology.js';

/**
 * Breaks rings of replicas that wait for one another: one of each ring is created without the reference, which follows as an update as
 * soon as the others exist. A ring in which every reference is required goes to the dead letters, with its reason.
 */
export async function breakReferenceCycles(context: StageContext): Promise<{ broken: number; dead: number }> {
  const now = context.clock.now();
  const rings = new Map<string, CycleMember[]>();
  for (const member of await findReferenceCycles(context.database)) {
    const key = `${member.connectionId}|${member.ring}`;
    rings.set(key, [...(rings.get(key) ?? []), member]);
  }
  const opened: CycleMember[] = [];
  const stuck: CycleMember[] = [];
  for (const members of rings.values()) {
    const first = members.find((member) => !isRequired(context, member));
    if (first) opened.push(first);
    else stuck.push(...members);
  }
  await leaveOutReferences(context.database, now, opened);
  await buryReferenceCycle(context.database, REQUIRED_CYCLE, stuck);
  for (const connectionId of new Set(opened.map((member) => member.connectionId)))
    context.hint({ kind: 'deliver', key: connectionId });
  return { broken: opened.length, dead: stuck.length };
}

const REQUIRED_CYCLE = {
  kind: 'invalid',
  code: 'delivery.reference-cycle',
  message: {
    en: 'Records refer to one another in a ring, and each must name the next when it is created. Clear one of the references, then replay.',
    zh: '多条记录互相引用成环，且新建时均必须带有引用。请清除其中一个引用后重放。',
  },
};

/** Whether the canonical model, or the native schema of the stream, wants the reference that the member waits for. */
function isRequired(context: StageContext, member: CycleMember): boolean {
  if (!isEntityName(member.entity)) return true;
  const pointers = findRefs(member.entity, member.body as JsonObject)
    .filter(({ ref }) => 'id' in ref && ref.id === member.blockedOn)
    .map(({ path }) => path);
  const schema = entityDefinition(member.entity).schema as unknown as JsonObject;
  if (pointers.some((pointer) => wants(schema, pointer))) return true;
  const binding = bindingOf(context.topology.current(), member.connectionId, member.stream);
  if (!binding) return true;
  const { environment } = context.topology.current().connections.get(member.connectionId) ?? {};
  if (!environment) return true;
  const named = (id: string): Set<string> => {
    const mapped = binding.mapping.toNative(member.body as JsonObject, environment, (reference) =>
      reference.id === member.blockedOn && id === ''
        ? undefined
        : { stream: streamFor(context, member, reference), id: 'x' },
    );
    return new Set(
      mapped.ok ? Object.entries(mapped.row).flatMap(([name, value]) => (isEmpty(value) ? [] : [name])) : [],
    );
  };
  const without = named('');
  const required = binding.stream.schema['required'];
  const missing = Array.isArray(required) ? required.map(String) : [];
  return [...named('x')].some((name) => !without.has(name) && missing.includes(name));
}

/** A stream of the connection in which what is referred to may live. */
function streamFor(
  context: StageContext,
  member: CycleMember,
  reference: { readonly id: string; readonly entity?: string },
): string {
  const streams = context.topology.current().connections.get(member.connectionId)?.streams.values() ?? [];
  return [...streams].find((binding) => binding.entity === (reference.entity ?? member.entity))?.name ?? member.stream;
}

function isEmpty(value: Json | undefined): boolean {
  return value === undefined || value === null || value === '';
}

/** Whether the schema requires the value at a pointer. */
function wants(schema: JsonObject, pointer: string): boolean {
  const parts = pointer.split('/').slice(1);
  const last = parts.pop() ?? '';
  // An item of a list can be left out; its list is what would be required.
  if (/^\d+$/.test(last)) return false;
  let here: JsonObject = schema;
  for (const part of parts) here = memberOf(here, part);
  const required = here['required'];
  return Array.isArray(required) && required.includes(last);
}

function memberOf(schema: JsonObject, part: string): JsonObject {
  const next = /^\d+$/.test(part) ? schema['items'] : (schema['properties'] as JsonObject | undefined)?.[part];
  return typeof next === 'object' && next !== null && !Array.isArray(next) ? next : {};
}
