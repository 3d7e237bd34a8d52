import { asArray, asObject, asText, type JsonObject } from '../wire/json.js';
import { shapeDocument, type Collections } from './collections.js';
import { RestError } from './errors.js';
import type { Answer } from './repeats.js';

/** Whether a bad item spoils only itself or the whole bulk. */
export type BulkMode = 'perItem' | 'allOrNothing';

const MAX_ITEMS = 1_000;

/**
 * Writes many documents: an item with a known `id` or `externalId` changes that document, any other is created.
 * Per item: 200 or 207 with `{ results: [{ index, status, id?, externalId?, error? }] }`. All or nothing: one bad item
 * refuses everything with 422 and does not say which it was.
 */
export function writeBulk(collections: Collections, collection: string, body: unknown, mode: BulkMode): Answer {
  const items = (Array.isArray(body) ? body : asArray(asObject(body)['items'])).map(asObject);
  if (items.length === 0) throw new RestError(400, 'invalid_body', 'an array of documents is needed');
  if (items.length > MAX_ITEMS) throw new RestError(413, 'too_many', `at most ${MAX_ITEMS} documents at once`);
  const poison = items.map((item) => item['poison']).find((mark) => mark === true || typeof mark === 'string');
  if (mode === 'allOrNothing' && poison !== undefined) {
    const field = poison === true ? 'poison' : asText(poison);
    throw new RestError(422, 'invalid_field', `${field} of one document is not acceptable; nothing was written`, {
      field,
    });
  }
  const results = items.map((item, index) => writeItem(collections, collection, item, index));
  return { status: results.every((result) => result.status < 400) ? 200 : 207, body: { results } };
}

function writeItem(collections: Collections, collection: string, item: JsonObject, index: number) {
  const externalId = asText(item['externalId']);
  const named = externalId === '' ? {} : { externalId };
  try {
    const known =
      collections.find(collection, asText(item['id'])) ??
      (externalId === '' ? undefined : collections.withExternalId(collection, externalId));
    const document =
      known === undefined ? collections.create(collection, item) : collections.update(known, item, false);
    return {
      index,
      status: known === undefined ? 201 : 200,
      id: document.id,
      ...named,
      version: shapeDocument(document)['version'],
    };
  } catch (error) {
    if (!(error instanceof RestError)) throw error;
    return { index, status: error.status, ...named, ...error.body() };
  }
}
