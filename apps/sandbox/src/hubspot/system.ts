import type { FastifyInstance } from 'fastify';
import { BaseSystem, type SystemOptions } from '../base-system.js';
import { ControlError, type Edit, type FarSide, type Generation } from '../far-side.js';
import { asObject, asText, type JsonObject } from '../wire/json.js';
import { misbehave } from '../wire/misbehave.js';
import { webhookDefaults } from '../webhooks/sender.js';
import { seedCrm } from '../seed/seed-crm.js';
import { plausibleCrmRow } from '../seed/plausible.js';
import { associationRoutes } from './association-routes.js';
import { Crm, type CrmChange, type CrmRow } from './crm.js';
import { HubspotError } from './errors.js';
import { Gate, type HubspotLimits } from './gate.js';
import type { MultiStatus } from './batch.js';
import { objectRoutes } from './object-routes.js';
import { OBJECT_TYPES, objectType, type ObjectType } from './object-types.js';
import { placeOrder } from './place-order.js';
import { propertyRoutes, readDefinition } from './property-routes.js';
import { eventOf, hubspotFormat, type HubspotEvent } from './webhook-events.js';

/** Switches and credentials of the imitated CRM account. */
export interface HubspotSettings extends JsonObject {
  /** Bearer token of the private app. @default sandbox-hubspot-token */
  token: string;
  /** For `POST /oauth/v1/token`. @default sandbox-hubspot-refresh */
  refreshToken: string;
  /** Life of tokens that were got by refreshing. @default 1800000 */
  tokenTtlMs: number;
  /** False = no rate limits. */
  limits: HubspotLimits | false;
  /** The search index knows nothing newer than this. @default 0 */
  indexLagMs: number;
  /** When batches may succeed in part. @default traced */
  multiStatus: MultiStatus;
}

function defaults(): HubspotSettings {
  return {
    token: 'sandbox-hubspot-token',
    refreshToken: 'sandbox-hubspot-refresh',
    tokenTtlMs: 1_800_000,
    limits: { burst: 190, search: 5, daily: 250_000 },
    indexLagMs: 0,
    multiStatus: 'traced',
  };
}

/** The imitated HubSpot account. */
export class HubspotSystem extends BaseSystem<HubspotEvent> implements FarSide {
  readonly crm: Crm;
  readonly actions: FarSide['actions'];
  declare readonly settings: HubspotSettings;
  private readonly gate: Gate;
  private quiet = false;

  constructor(options: SystemOptions) {
    const settings = defaults();
    super(
      'hubspot',
      settings,
      webhookDefaults('sandbox-hubspot-secret'),
      hubspotFormat(options.now ?? Date.now),
      options,
    );
    this.crm = new Crm(this.store, this.clock, this.calls, (change) => this.tell(change));
    this.gate = new Gate(settings, () => this.now());
    this.actions = this.aside({
      order: (body) => placeOrder(this.crm, body, this.now()),
      expireTokens: () => this.gate.expireTokens(),
      restoreTokens: () => this.gate.reset(),
      revokeRefreshToken: () => this.gate.revokeRefreshToken(),
      property: (body) => this.crm.addProperty(this.type(asText(body['type'])), readDefinition(body['definition'])),
    });
  }

  errorBody(status: number): unknown {
    if (status === 429)
      return new HubspotError(429, 'RATE_LIMITS', 'You have reached your ten_secondly_rolling limit.', {
        policyName: 'TEN_SECONDLY_ROLLING',
      }).body();
    const category = status === 401 ? 'EXPIRED_AUTHENTICATION' : status < 500 ? 'VALIDATION_ERROR' : 'INTERNAL_ERROR';
    return new HubspotError(status, category, 'the sandbox was told to refuse this call').body();
  }

  register(scope: FastifyInstance): void {
    misbehave(scope, this);
    scope.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
      if (error instanceof HubspotError) return reply.code(error.status).send(error.body());
      const status = error.statusCode ?? 500;
      return reply
        .code(status)
        .send(new HubspotError(status, status < 500 ? 'VALIDATION_ERROR' : 'INTERNAL_ERROR', error.message).body());
    });
    scope.setNotFoundHandler((_request, reply) =>
      reply.code(404).send(new HubspotError(404, 'OBJECT_NOT_FOUND', 'resource not found').body()),
    );
    scope.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
      try {
        done(null, String(body) === '' ? {} : JSON.parse(String(body)));
      } catch {
        done(new HubspotError(400, 'VALIDATION_ERROR', 'Invalid input JSON'));
      }
    });
    scope.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) =>
      done(null, Object.fromEntries(new URLSearchParams(String(body)))),
    );
    scope.post('/oauth/v1/token', { config: { kind: 'auth' } }, (request) =>
      this.gate.refresh(asText(asObject(request.body)['refresh_token'])),
    );
    scope.register((guarded, _options, done) => {
      guarded.addHook('onRequest', (request, reply, next) => {
        this.gate.authorise(request);
        this.gate.limit(request, reply);
        next();
      });
      objectRoutes(guarded, {
        crm: this.crm,
        now: () => this.now(),
        indexLagMs: () => this.settings.indexLagMs,
        multiStatus: () => this.settings.multiStatus,
      });
      associationRoutes(guarded, this.crm, () => this.now());
      propertyRoutes(guarded, this.crm);
      done();
    });
  }

  override configure(change: { settings?: JsonObject; webhooks?: JsonObject }): void {
    super.configure(change);
    this.keepPrevious();
  }

  edit(change: Edit): unknown {
    const type = this.type(change.type);
    const row = this.target(type, change);
    return this.calls.aside(() => {
      if (row === undefined) return this.crm.create(type, change.set ?? {}, 'CRM_UI');
      if (change.remove === true) return this.crm.archive(type, row.id, 'CRM_UI');
      return this.crm.update(type, row, change.set ?? {}, 'CRM_UI');
    });
  }

  seed(): void {
    this.calls.aside(() => seedCrm(this.crm, this.now()));
  }

  generate({ type, count, seed = 1, webhooks = false }: Generation): number {
    const kind = this.type(type);
    this.quiet = !webhooks;
    this.calls.aside(() => {
      for (let index = 0; index < count; index += 1)
        this.crm.create(kind, plausibleCrmRow(kind.name, index, seed), 'CRM_UI');
    });
    this.quiet = false;
    return count;
  }

  types(): Record<string, number> {
    return Object.fromEntries(OBJECT_TYPES.map((type) => [type.name, this.crm.table(type).size]));
  }

  records(type: string): CrmRow[] {
    return [...this.crm.table(this.type(type)).all()].map((entry) => entry.row);
  }

  /** The records of one type that are linked to a record. */
  linked(fromType: string, id: string, toType: string): CrmRow[] {
    const to = this.type(toType);
    return this.crm.associations.of(this.type(fromType), id, to).flatMap((link) => this.crm.find(to, link.toId) ?? []);
  }

  protected override afterLoad(): void {
    this.gate.reset();
    this.keepPrevious();
    this.crm.rebuild();
  }

  private keepPrevious(): void {
    for (const type of OBJECT_TYPES) this.crm.table(type).keepPrevious = this.settings.indexLagMs > 0;
  }

  private type(name: string): ObjectType {
    const type = objectType(name);
    if (type === undefined) throw new ControlError(404, `hubspot has no records of type "${name}"`);
    return type;
  }

  private target(type: ObjectType, change: Edit): CrmRow | undefined {
    if (change.id === undefined && change.match === undefined) return undefined;
    const wanted = Object.entries(change.match ?? {});
    const row =
      change.id === undefined
        ? this.records(type.name).find(
            (item) => item.archivedAt === null && wanted.every(([name, value]) => item.properties[name] === value),
          )
        : this.crm.find(type, change.id);
    if (row === undefined) throw new ControlError(404, `no such ${type.singular}`);
    return row;
  }

  private tell(change: CrmChange): void {
    if (!this.quiet) this.webhooks.push(eventOf(change, this.now()));
  }
}
