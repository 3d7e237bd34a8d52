import type { FastifyInstance } from 'fastify';
import { asArray, asObject, asText, type JsonObject } from '../wire/json.js';
import { defaultAssociation, describeTypes, namedAssociations } from './associations.js';
import { batchAnswer, batchInputs } from './batch.js';
import type { Crm } from './crm.js';
import { HubspotError, notFound } from './errors.js';
import type { AssociationType, ObjectType } from './object-types.js';
import { typeOf } from './object-routes.js';

interface PairPath {
  Params: { from: string; to: string };
}
interface SinglePath {
  Params: { from: string; fromId: string; to: string; toId: string };
}
interface ListPath {
  Params: { from: string; fromId: string; to: string };
}

const READ = { config: { kind: 'read' } } as const;
const WRITE = { config: { kind: 'write' } } as const;

/** Adds the routes of associations, version 4. */
export function associationRoutes(scope: FastifyInstance, crm: Crm, now: () => number): void {
  const batch = '/crm/v4/associations/:from/:to/batch';

  scope.post<PairPath>(`${batch}/read`, READ, (request, reply) => {
    const [from, to] = pair(request.params);
    const startedAt = now();
    const results: unknown[] = [];
    const errors: unknown[] = [];
    for (const input of batchInputs(request.body)) {
      const id = asText(input['id']);
      const found = targets(crm, from, id, to);
      if (found.length > 0) results.push({ from: { id }, to: found });
      else errors.push(noneFound(from, id, to).batchItem(undefined));
    }
    const answer = batchAnswer(200, results, errors, startedAt, now());
    return reply.code(answer.status).send(answer.body);
  });

  scope.post<PairPath>(`${batch}/create`, WRITE, (request, reply) => {
    const [from, to] = pair(request.params);
    return linkAll(request.body, reply, 201, (fromId, toId, input) => {
      const types = namedAssociations(from, input['types']);
      link(crm, from, fromId, to, toId, types, now());
      const labels = types.flatMap((type) => type.label ?? []);
      return {
        fromObjectTypeId: from.typeId,
        fromObjectId: fromId,
        toObjectTypeId: to.typeId,
        toObjectId: toId,
        labels,
      };
    });
  });

  scope.post<PairPath>(`${batch}/associate/default`, WRITE, (request, reply) => {
    const [from, to] = pair(request.params);
    return linkAll(request.body, reply, 200, (fromId, toId) => defaultLink(crm, from, fromId, to, toId, now()));
  });

  scope.post<PairPath>(`${batch}/archive`, WRITE, (request, reply) => {
    const [from, to] = pair(request.params);
    for (const input of batchInputs(request.body))
      for (const target of asArray(input['to']))
        crm.associations.unlink(from, idOf(input['from']), to, idOf(target), now());
    return reply.code(204).send();
  });

  scope.put<SinglePath>('/crm/v4/objects/:from/:fromId/associations/default/:to/:toId', WRITE, (request) => {
    const [from, to] = pair(request.params);
    const at = now();
    const result = defaultLink(crm, from, request.params.fromId, to, request.params.toId, at);
    return batchAnswer(200, [result], [], at, now()).body;
  });

  scope.get<ListPath>('/crm/v4/objects/:from/:fromId/associations/:to', READ, (request) => {
    const [from, to] = pair(request.params);
    return { results: targets(crm, from, request.params.fromId, to) };
  });

  scope.delete<SinglePath>('/crm/v4/objects/:from/:fromId/associations/:to/:toId', WRITE, (request, reply) => {
    const [from, to] = pair(request.params);
    crm.associations.unlink(from, request.params.fromId, to, request.params.toId, now());
    return reply.code(204).send();
  });

  function linkAll(
    body: unknown,
    reply: { code(status: number): { send(body: unknown): unknown } },
    status: number,
    run: (fromId: string, toId: string, input: JsonObject) => unknown,
  ) {
    const startedAt = now();
    const results: unknown[] = [];
    const errors: unknown[] = [];
    for (const input of batchInputs(body)) {
      try {
        results.push(run(idOf(input['from']), idOf(input['to']), input));
      } catch (error) {
        if (!(error instanceof HubspotError)) throw error;
        errors.push(error.batchItem(undefined));
      }
    }
    const answer = batchAnswer(status, results, errors, startedAt, now());
    return reply.code(answer.status).send(answer.body);
  }
}

function pair(params: { from: string; to: string }): [ObjectType, ObjectType] {
  return [typeOf(params.from), typeOf(params.to)];
}

function idOf(value: unknown): string {
  return asText(asObject(value)['id']);
}

function targets(crm: Crm, from: ObjectType, fromId: string, to: ObjectType) {
  return crm.associations
    .of(from, fromId, to)
    .map((item) => ({ toObjectId: item.toId, associationTypes: describeTypes(item.typeIds) }));
}

function noneFound(from: ObjectType, id: string, to: ObjectType): HubspotError {
  return new HubspotError(404, 'OBJECT_NOT_FOUND', `No ${to.singular} is associated with ${from.singular} ${id}.`, {
    subCategory: 'crm.associations.NO_ASSOCIATIONS_FOUND',
    context: { fromObjectId: [id] },
  });
}

function link(
  crm: Crm,
  from: ObjectType,
  fromId: string,
  to: ObjectType,
  toId: string,
  types: readonly AssociationType[],
  at: number,
): void {
  if (crm.find(from, fromId) === undefined) throw notFound(`No ${from.singular} with id ${fromId} exists`, [fromId]);
  if (crm.find(to, toId) === undefined) throw notFound(`No ${to.singular} with id ${toId} exists`, [toId]);
  crm.associations.link(from, fromId, to, toId, types, at);
}

function defaultLink(crm: Crm, from: ObjectType, fromId: string, to: ObjectType, toId: string, at: number) {
  const type = defaultAssociation(from, to);
  link(crm, from, fromId, to, toId, [type], at);
  const associationSpec = { associationCategory: 'HUBSPOT_DEFINED', associationTypeId: type.typeId };
  return { from: { id: fromId }, to: { id: toId }, associationSpec };
}
