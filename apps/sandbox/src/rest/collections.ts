import type { Clock } from '../store/clock.js';
import type { Entry, Table } from '../store/table.js';
import type { CallLog } from '../wire/calls.js';
import { asObject, asText, type JsonObject } from '../wire/json.js';
import { RestError } from './errors.js';

/** A stored document. All collections lie in one table, by `<collection>/<id>`. */
export interface Document {
  readonly collection: string;
  readonly id: string;
  readonly version: number;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly deleted: boolean;
  readonly data: JsonObject;
}

/** Who makes a change: a caller of the API, or a person in that system. */
export type Source = 'api' | 'ui';

/** A change that webhooks tell about. */
export type TellDocument = (what: 'created' | 'updated' | 'deleted', document: Document, source: Source) => void;

const OWN_FIELDS = ['id', 'version', 'createdAt', 'updatedAt', 'deleted', '__proto__'];

/** The collections of the plain JSON API. */
export class Collections {
  private byExternalId = new Map<string, string>();
  private counts = new Map<string, number>();

  constructor(
    private readonly table: Table<Document>,
    private readonly ids: Table<never>,
    private readonly clock: Clock,
    private readonly calls: CallLog,
    private readonly uniqueExternalId: () => boolean,
    private readonly tell: TellDocument,
  ) {}

  rebuild(): void {
    this.byExternalId = new Map();
    this.counts = new Map();
    for (const { row } of this.table.all()) this.remember(row);
  }

  names(): Record<string, number> {
    return Object.fromEntries(this.counts);
  }

  find(collection: string, id: string): Document | undefined {
    const document = this.table.get(`${collection}/${id}`);
    return document?.deleted === false ? document : undefined;
  }

  withExternalId(collection: string, externalId: string): Document | undefined {
    return this.find(collection, this.byExternalId.get(`${collection}/${externalId}`) ?? '');
  }

  /** Changed documents in order of change, deleted ones included, after a cursor or since a moment. */
  *changed(
    collection: string,
    afterSeq: number | undefined,
    since: number | undefined,
  ): IterableIterator<Entry<Document>> {
    const entries =
      afterSeq === undefined ? this.table.changedSince(since ?? -Infinity) : this.table.changedAfter(afterSeq);
    for (const entry of entries)
      if (entry.row.collection === collection && (since === undefined || entry.at >= since)) yield entry;
  }

  all(collection: string): Document[] {
    return [...this.table.all()]
      .map((entry) => entry.row)
      .filter((row) => row.collection === collection && !row.deleted);
  }

  create(collection: string, input: JsonObject, source: Source = 'api'): Document {
    this.refusePoison(collection, input);
    const externalId = asText(input['externalId']);
    const holder = externalId === '' ? undefined : this.withExternalId(collection, externalId);
    if (holder !== undefined && this.uniqueExternalId())
      throw this.refused(
        collection,
        new RestError(409, 'duplicate', `externalId ${externalId} is taken`, { field: 'externalId', id: holder.id }),
      );
    const now = this.clock.now();
    const id = asText(input['id']) || this.ids.takeId();
    if (this.find(collection, id) !== undefined)
      throw this.refused(collection, new RestError(409, 'duplicate', `id ${id} is taken`, { field: 'id', id }));
    const document = {
      collection,
      id,
      version: 1,
      createdAt: now,
      updatedAt: now,
      deleted: false,
      data: ownData(input),
    };
    this.put(document);
    this.calls.effect(collection, 'created');
    this.tell('created', document, source);
    return document;
  }

  /** @param replace true = the given fields are all there are; false = the others stay, null removes one */
  update(before: Document, input: JsonObject, replace: boolean, source: Source = 'api'): Document {
    const { collection } = before;
    this.refusePoison(collection, input);
    const given = ownData(input);
    const merged = replace ? given : { ...before.data, ...given };
    const data = replace ? merged : Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== null));
    if (JSON.stringify(data) === JSON.stringify(before.data)) {
      this.calls.effect(collection, 'unchanged');
      return before;
    }
    const document = { ...before, version: before.version + 1, updatedAt: this.clock.now(), data };
    this.forget(before);
    this.put(document);
    this.calls.effect(collection, 'updated');
    this.tell('updated', document, source);
    return document;
  }

  remove(before: Document, source: Source = 'api'): void {
    const document = { ...before, version: before.version + 1, updatedAt: this.clock.now(), deleted: true };
    this.forget(before);
    this.put(document);
    this.calls.effect(before.collection, 'removed');
    this.tell('deleted', document, source);
  }

  private put(document: Document): void {
    this.table.put(`${document.collection}/${document.id}`, document, document.updatedAt);
    this.remember(document);
  }

  private remember(document: Document): void {
    const { collection, id, deleted, data } = document;
    if (deleted) return;
    this.counts.set(collection, (this.counts.get(collection) ?? 0) + 1);
    const externalId = asText(data['externalId']);
    if (externalId !== '' && !this.byExternalId.has(`${collection}/${externalId}`))
      this.byExternalId.set(`${collection}/${externalId}`, id);
  }

  private forget(document: Document): void {
    const { collection, id, data } = document;
    this.counts.set(collection, (this.counts.get(collection) ?? 1) - 1);
    const key = `${collection}/${asText(data['externalId'])}`;
    if (this.byExternalId.get(key) === id) this.byExternalId.delete(key);
  }

  /** A document may name the field for which it is to be refused: `poison: true` or `poison: "phone"`. */
  private refusePoison(collection: string, input: JsonObject): void {
    const poison = input['poison'];
    if (poison !== true && typeof poison !== 'string') return;
    const field = poison === true ? 'poison' : poison;
    throw this.refused(collection, new RestError(422, 'invalid_field', `${field} is not acceptable`, { field }));
  }

  private refused(collection: string, error: RestError): RestError {
    this.calls.effect(collection, 'refused');
    return error;
  }
}

function ownData(input: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(asObject(input)).filter(([name]) => !OWN_FIELDS.includes(name)));
}

/** A document as answers and webhooks show it. */
export function shapeDocument({ id, version, createdAt, updatedAt, deleted, data }: Document): JsonObject {
  const stamps = {
    version,
    createdAt: new Date(createdAt).toISOString(),
    updatedAt: new Date(updatedAt).toISOString(),
  };
  return deleted ? { id, deleted: true, ...stamps } : { id, ...data, ...stamps };
}
