import type { FastifyInstance } from 'fastify';
import { asArray, asObject, asText } from '../wire/json.js';
import { BatchCalls, type BatchAnswer, type MultiStatus } from './batch.js';
import { found, type Crm, type CrmRow } from './crm.js';
import { HubspotError, validationError } from './errors.js';
import { inlineTargets, linkTargets } from './inline-associations.js';
import { objectType, type ObjectType } from './object-types.js';
import { listParameter } from './properties.js';
import { search } from './search.js';
import { shapeAssociations, shapeRow, shapeWritten } from './shape.js';

/** What the object routes work with. */
export interface ObjectRoutes {
  readonly crm: Crm;
  readonly now: () => number;
  readonly indexLagMs: () => number;
  readonly multiStatus: () => MultiStatus;
}

interface TypePath {
  Params: { type: string };
}
interface IdPath {
  Params: { type: string; id: string };
  Querystring: Record<string, string>;
}
interface ListPath extends TypePath {
  Querystring: Record<string, string | string[]>;
}

const READ = { config: { kind: 'read' } } as const;
const WRITE = { config: { kind: 'write' } } as const;
const MAX_PAGE = 100;

/** The kind of object in a path, or the 400 for an unknown one. */
export function typeOf(name: string): ObjectType {
  const type = objectType(name);
  if (type === undefined) throw new HubspotError(400, 'VALIDATION_ERROR', `Unable to infer object type from: ${name}`);
  return type;
}

/** Adds the routes of records: single, list, search and batch. */
export function objectRoutes(scope: FastifyInstance, { crm, now, indexLagMs, multiStatus }: ObjectRoutes): void {
  const base = '/crm/v3/objects/:type';
  const batch = new BatchCalls(crm, now, multiStatus);

  scope.get<ListPath>(base, READ, (request) => list(crm, typeOf(request.params.type), request.query));

  scope.get<IdPath>(`${base}/:id`, READ, (request) => {
    const { query, params } = request;
    const type = typeOf(params.type);
    const row =
      query['archived'] === 'true' ? archived(crm, type, params.id) : crm.find(type, params.id, query['idProperty']);
    return withLinks(crm, type, found(row), query);
  });

  scope.post<TypePath>(base, WRITE, (request, reply) => {
    const type = typeOf(request.params.type);
    const body = asObject(request.body);
    const targets = inlineTargets(crm, type, body['associations']);
    const row = crm.create(type, body['properties'], 'API');
    linkTargets(crm, type, row.id, targets, now());
    return reply.code(201).send(shapeWritten(row));
  });

  scope.patch<IdPath>(`${base}/:id`, WRITE, (request) => {
    const type = typeOf(request.params.type);
    const row = found(crm.find(type, request.params.id, request.query['idProperty']));
    return shapeWritten(crm.update(type, row, asObject(request.body)['properties'], 'API'));
  });

  scope.delete<IdPath>(`${base}/:id`, WRITE, (request, reply) => {
    crm.archive(typeOf(request.params.type), request.params.id, 'API');
    return reply.code(204).send();
  });

  scope.post<TypePath>(`${base}/search`, READ, (request) => {
    const type = typeOf(request.params.type);
    const body = asObject(request.body);
    const asked = asArray(body['properties']).map(asText);
    const result = search(crm, type, body, now(), indexLagMs());
    return {
      total: result.total,
      results: result.rows.map((row) => shapeRow(type, row, asked, crm)),
      ...(result.after === undefined ? {} : { paging: { next: { after: result.after } } }),
    };
  });

  const answer = (result: BatchAnswer, reply: { code(status: number): { send(body: unknown): unknown } }) =>
    reply.code(result.status).send(result.body);
  scope.post<TypePath>(`${base}/batch/create`, WRITE, (request, reply) =>
    answer(batch.create(typeOf(request.params.type), request.body), reply),
  );
  scope.post<TypePath>(`${base}/batch/update`, WRITE, (request, reply) =>
    answer(batch.update(typeOf(request.params.type), request.body), reply),
  );
  scope.post<TypePath>(`${base}/batch/upsert`, WRITE, (request, reply) =>
    answer(batch.upsert(typeOf(request.params.type), request.body), reply),
  );
  scope.post<TypePath>(`${base}/batch/read`, READ, (request, reply) =>
    answer(batch.read(typeOf(request.params.type), request.body), reply),
  );
  scope.post<TypePath>(`${base}/batch/archive`, WRITE, (request, reply) => {
    batch.archive(typeOf(request.params.type), request.body);
    return reply.code(204).send();
  });
}

function archived(crm: Crm, type: ObjectType, id: string): CrmRow | undefined {
  const row = crm.table(type).get(id);
  return row?.archivedAt === null ? undefined : row;
}

function withLinks(crm: Crm, type: ObjectType, row: CrmRow, query: Record<string, string | string[]>) {
  const associations = shapeAssociations(crm, type, row, listParameter(query['associations']));
  return { ...shapeRow(type, row, listParameter(query['properties']), crm), ...(associations ? { associations } : {}) };
}

function list(crm: Crm, type: ObjectType, query: Record<string, string | string[]>) {
  const limit = query['limit'] === undefined ? 10 : Number(query['limit']);
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_PAGE)
    throw validationError(`limit must be between 1 and ${MAX_PAGE}`);
  const after = query['after'] === undefined ? undefined : String(query['after']);
  if (after !== undefined && !/^\d{1,18}$/.test(after)) throw validationError('after is not valid');
  const wantArchived = query['archived'] === 'true';
  const rows: CrmRow[] = [];
  for (const { row } of crm.table(type).afterId(after)) {
    if ((row.archivedAt !== null) !== wantArchived) continue;
    rows.push(row);
    if (rows.length > limit) break;
  }
  const page = rows.slice(0, limit);
  const next = rows.length > limit ? page.at(-1)?.id : undefined;
  const link = `/crm/v3/objects/${type.name}?after=${next ?? ''}`;
  return {
    results: page.map((row) => withLinks(crm, type, row, query)),
    ...(next === undefined ? {} : { paging: { next: { after: next, link } } }),
  };
}
