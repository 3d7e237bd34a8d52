import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { asArray, asObject } from '../wire/json.js';
import { writeBulk, type BulkMode } from './bulk.js';
import { shapeDocument, type Collections, type Document } from './collections.js';
import { RestError } from './errors.js';
import { listDocuments, type PagingFault } from './listing.js';
import type { Answer, Repeats } from './repeats.js';

/** Switches that routes look at. */
export interface RestSwitches {
  idempotencyKeys: boolean;
  bulk: BulkMode;
  paging: PagingFault;
}

interface CollectionPath {
  Params: { collection: string };
  Querystring: Record<string, string>;
}
interface DocumentPath {
  Params: { collection: string; id: string };
}

const READ = { config: { kind: 'read' } } as const;
const WRITE = { config: { kind: 'write' } } as const;

/** Adds the calls on documents. */
export function documentRoutes(
  scope: FastifyInstance,
  collections: Collections,
  repeats: Repeats,
  switches: RestSwitches,
  rawBody: (request: FastifyRequest) => string,
): void {
  const once = (request: FastifyRequest, reply: FastifyReply, run: () => Answer) => {
    const header = request.headers['idempotency-key'];
    const key = switches.idempotencyKeys ? header?.toString() : undefined;
    const answer = repeats.once(key, request.url, rawBody(request), run);
    return reply.code(answer.status).send(answer.body);
  };

  scope.get<CollectionPath>('/:collection', READ, ({ params, query }) =>
    listDocuments(collections, params.collection, query, switches.paging),
  );

  scope.get<DocumentPath>('/:collection/:id', READ, ({ params }, reply) => show(reply, found(collections, params)));

  scope.post<CollectionPath>('/:collection', WRITE, (request, reply) =>
    once(request, reply, () => {
      const document = collections.create(request.params.collection, asObject(request.body));
      return { status: 201, body: shapeDocument(document) };
    }),
  );

  scope.post<CollectionPath>('/:collection/bulk', WRITE, (request, reply) =>
    once(request, reply, () => writeBulk(collections, request.params.collection, bulkOf(request), switches.bulk)),
  );

  scope.put<DocumentPath>('/:collection/:id', WRITE, (request, reply) => change(request, reply, true));
  scope.patch<DocumentPath>('/:collection/:id', WRITE, (request, reply) => change(request, reply, false));

  scope.delete<DocumentPath>('/:collection/:id', WRITE, (request, reply) => {
    collections.remove(matching(request, found(collections, request.params)));
    return reply.code(204).send();
  });

  function change(request: FastifyRequest<DocumentPath>, reply: FastifyReply, replace: boolean) {
    const document = matching(request, found(collections, request.params));
    return show(reply, collections.update(document, asObject(request.body), replace));
  }
}

/** The items of a bulk, or those of them that a fault leaves to be done. */
function bulkOf(request: FastifyRequest): unknown {
  const most = request.faultPlan?.effects.find(({ bulkItems }) => bulkItems !== undefined)?.bulkItems;
  const { body } = request;
  return most === undefined ? body : (Array.isArray(body) ? body : asArray(asObject(body)['items'])).slice(0, most);
}

function show(reply: FastifyReply, document: Document) {
  return reply.header('etag', `"${document.version}"`).send(shapeDocument(document));
}

function found(collections: Collections, { collection, id }: { collection: string; id: string }): Document {
  const document = collections.find(collection, id);
  if (document === undefined) throw new RestError(404, 'not_found', `${collection} has no ${id}`);
  return document;
}

/** Refuses a change whose If-Match names another version. */
function matching(request: FastifyRequest, document: Document): Document {
  const wanted = request.headers['if-match'];
  if (wanted === undefined || wanted === '*' || wanted === `"${document.version}"`) return document;
  throw new RestError(412, 'version_conflict', `the current version is ${document.version}`);
}
