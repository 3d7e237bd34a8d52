import type { ConnectorContext, Json } from '@isthmus/connector-kit';
import { chunks, memberList, memberObject, nextAfter, resultsOf } from './answers.js';
import { textSetting } from './settings.js';

/**
 * Types of associations made together with an order: order to contact, company, line item. The numbers are HubSpot's own
 * (public integrations agree on them; an account lists them under `/crm/v4/associations/orders/<to>/labels`).
 */
export const ORDER_TO = { contacts: 507, companies: 509, line_items: 513 } as const;

/** The documented limits are higher; this one holds for every kind of batch. */
const BATCH = 100;

/** Two objects that belong together. */
export interface Pair {
  readonly from: string;
  readonly to: string;
}

/** Ids of the associated objects by id of the object asked for; empty lists for objects without any. */
export async function readAssociations(
  context: ConnectorContext,
  from: string,
  to: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const found = new Map<string, string[]>(ids.map((id) => [id, []]));
  let inputs: { id: string; after?: string }[] = [...found.keys()].map((id) => ({ id }));
  while (inputs.length > 0) {
    const rest: { id: string; after?: string }[] = inputs.slice(BATCH);
    const answer = await context.http.call({
      method: 'POST',
      path: associationPath(context, from, to, '/batch/read'),
      idempotent: true,
      json: { inputs: inputs.slice(0, BATCH) },
    });
    // Objects without associations come back as `errors` of a 207: that is no failure.
    for (const result of resultsOf(answer.body, 'associations')) {
      const id = textOf(memberObject(result, 'from')['id']);
      found.get(id)?.push(...memberList(result, 'to').map((item) => textOf(item['toObjectId'] ?? item['id'])));
      const after = nextAfter(result);
      if (after !== undefined) rest.push({ id, after });
    }
    inputs = rest;
  }
  return found;
}

/** Adds unlabelled associations; those that exist stay as they are. */
export async function associate(
  context: ConnectorContext,
  from: string,
  to: string,
  pairs: readonly Pair[],
): Promise<void> {
  for (const part of chunks(pairs, BATCH)) {
    await context.http.call({
      method: 'POST',
      path: associationPath(context, from, to, '/batch/associate/default'),
      idempotent: true,
      json: { inputs: part.map((pair) => ({ from: { id: pair.from }, to: { id: pair.to } })) },
    });
  }
}

/** Removes all associations between the two objects of each pair. */
export async function dissociate(
  context: ConnectorContext,
  from: string,
  to: string,
  pairs: readonly Pair[],
): Promise<void> {
  for (const part of chunks(pairs, BATCH)) {
    await context.http.call({
      method: 'POST',
      path: associationPath(context, from, to, '/batch/archive'),
      idempotent: true,
      json: { inputs: part.map((pair) => ({ from: { id: pair.from }, to: [{ id: pair.to }] })) },
    });
  }
}

function textOf(value: Json | undefined): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

function associationPath(context: ConnectorContext, from: string, to: string, end: string): string {
  return `${textSetting(context.settings, 'associationsPath', '/crm/v4/associations')}/${from}/${to}${end}`;
}
