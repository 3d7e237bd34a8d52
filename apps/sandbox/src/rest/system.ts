import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { BaseSystem, type SystemOptions } from '../base-system.js';
import { ControlError, type Edit, type FarSide, type Generation } from '../far-side.js';
import { plausibleDocument } from '../seed/plausible.js';
import type { JsonObject } from '../wire/json.js';
import { misbehave } from '../wire/misbehave.js';
import { RollingWindow } from '../wire/window.js';
import { webhookDefaults, type WebhookFormat } from '../webhooks/sender.js';
import { checkAccess, sha256Signature, type RestAccess } from './access.js';
import { Collections, shapeDocument, type Document, type Source } from './collections.js';
import { RestError } from './errors.js';
import { Repeats } from './repeats.js';
import { documentRoutes, type RestSwitches } from './routes.js';

/** Switches and credentials of the plain JSON API. */
export interface RestSettings extends RestAccess, RestSwitches, JsonObject {
  /** Refuse a second document with the same externalId. @default false */
  uniqueExternalId: boolean;
  /** Calls per second, answered 429 with Retry-After 1 beyond. @default false */
  limits: { perSecond: number } | false;
}

interface RestEvent {
  readonly id: string;
  readonly type: string;
  readonly collection: string;
  readonly occurredAt: string;
  readonly source: Source;
  readonly data: JsonObject;
}

declare module 'fastify' {
  interface FastifyRequest {
    rawText?: string;
  }
}

function defaults(): RestSettings {
  return {
    auth: 'bearer',
    token: 'sandbox-rest-token',
    hmacSecret: 'sandbox-rest-secret',
    idempotencyKeys: true,
    uniqueExternalId: false,
    bulk: 'perItem',
    paging: 'none',
    limits: false,
  };
}

/** One event per call, with its id and the signature of the raw body in headers. */
const FORMAT: WebhookFormat<RestEvent> = {
  maxBatch: 1,
  concurrency: 16,
  pack([event], attempt, settings) {
    const body = JSON.stringify(event);
    const headers = {
      'x-event-id': event?.id ?? '',
      'x-event-type': event?.type ?? '',
      'x-attempt': String(attempt),
      'x-signature': sha256Signature(settings.secret, body),
    };
    return { body, headers };
  },
  renumber: (event) => ({ ...event, id: randomUUID() }),
};

/** A plain JSON API over any collections. */
export class RestSystem extends BaseSystem<RestEvent> implements FarSide {
  readonly actions: FarSide['actions'] = {};
  declare readonly settings: RestSettings;
  private readonly collections: Collections;
  private readonly repeats: Repeats;
  private readonly window = new RollingWindow(1_000);
  private quiet = false;

  constructor(options: SystemOptions) {
    const settings = defaults();
    super('rest', settings, webhookDefaults('sandbox-rest-secret'), FORMAT, options);
    this.collections = new Collections(
      this.store.table('documents'),
      this.store.table('ids', 1_001n),
      this.clock,
      this.calls,
      () => settings.uniqueExternalId,
      (what, document, source) => this.tell(what, document, source),
    );
    this.repeats = new Repeats(this.store.table('keys'), () => this.now());
  }

  errorBody(status: number): unknown {
    return new RestError(
      status,
      status === 429 ? 'rate_limited' : 'internal',
      status === 429 ? 'too many calls' : 'internal error',
    ).body();
  }

  register(scope: FastifyInstance): void {
    misbehave(scope, this);
    scope.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
      request.rawText = String(body);
      try {
        done(null, request.rawText === '' ? {} : JSON.parse(request.rawText));
      } catch {
        done(new RestError(400, 'invalid_body', 'the body is not JSON'));
      }
    });
    scope.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
      const known =
        error instanceof RestError ? error : new RestError(error.statusCode ?? 500, 'internal', error.message);
      if (known.status === 429) void reply.header('retry-after', '1');
      return reply.code(known.status).send(known.body());
    });
    scope.setNotFoundHandler((_request, reply) =>
      reply.code(404).send(new RestError(404, 'not_found', 'no such path').body()),
    );
    const raw = (request: FastifyRequest) => request.rawText ?? '';
    scope.addHook('preHandler', (request, _reply, done) => {
      checkAccess(this.settings, request, raw(request), this.now());
      const { limits } = this.settings;
      if (limits !== false && !this.window.take(this.now(), limits.perSecond))
        throw new RestError(429, 'rate_limited', 'too many calls');
      done();
    });
    documentRoutes(scope, this.collections, this.repeats, this.settings, raw);
  }

  edit(change: Edit): unknown {
    return this.calls.aside(() => this.change(change));
  }

  private change({ type, id, match, set = {}, remove }: Edit): unknown {
    if (id === undefined && match === undefined) return shapeDocument(this.collections.create(type, set, 'ui'));
    const wanted = Object.entries(match ?? {});
    const document =
      id === undefined
        ? this.collections.all(type).find(({ data }) => wanted.every(([name, value]) => data[name] === value))
        : this.collections.find(type, id);
    if (document === undefined) throw new ControlError(404, `no such document in ${type}`);
    if (remove === true) return this.collections.remove(document, 'ui');
    return shapeDocument(this.collections.update(document, set, false, 'ui'));
  }

  seed(): void {
    this.generate({ type: 'customers', count: 12, webhooks: true });
    this.generate({ type: 'orders', count: 5, webhooks: true });
  }

  generate({ type, count, seed = 1, webhooks = false }: Generation): number {
    this.quiet = !webhooks;
    this.calls.aside(() => {
      for (let index = 0; index < count; index += 1)
        this.collections.create(type, plausibleDocument(type, index, seed), 'ui');
    });
    this.quiet = false;
    return count;
  }

  types(): Record<string, number> {
    return this.collections.names();
  }

  records(type: string): unknown[] {
    return this.collections.all(type).map(shapeDocument);
  }

  protected override afterLoad(): void {
    this.window.clear();
    this.collections.rebuild();
  }

  private tell(what: string, document: Document, source: Source): void {
    if (this.quiet) return;
    const { collection, updatedAt } = document;
    const occurredAt = new Date(updatedAt).toISOString();
    this.webhooks.push({
      id: randomUUID(),
      type: `${collection}.${what}`,
      collection,
      occurredAt,
      source,
      data: shapeDocument(document),
    });
  }
}
