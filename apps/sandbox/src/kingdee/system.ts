import { randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { BaseSystem, type SystemOptions } from '../base-system.js';
import { ControlError, type Edit, type FarSide, type Generation } from '../far-side.js';
import { seedErp } from '../seed/seed-erp.js';
import { plausibleErpCustomer, plausibleErpMaterial } from '../seed/plausible.js';
import type { Table } from '../store/table.js';
import { asObject, asText, parseKeepingDigits, type JsonObject } from '../wire/json.js';
import { misbehave } from '../wire/misbehave.js';
import { webhookDefaults } from '../webhooks/sender.js';
import { Books } from './books.js';
import { saveCustomer } from './customers.js';
import { KingdeeError, SYSTEM_ERROR, TOKEN_EXPIRED, TOO_MANY_CALLS } from './errors.js';
import { KingdeeGate, type KingdeeAccess } from './gate.js';
import { decimalField } from './inputs.js';
import { saveMaterial } from './materials.js';
import { auditOrder, deleteOrder, saveOrder, shipOrder, unauditOrder } from './orders.js';
import { saveNamed } from './base-data.js';
import { businessRoutes, success } from './routes.js';
import type { Order } from './rows.js';
import { Warehouse } from './stock.js';
import { kingdeeFormat, type KingdeeEvent } from './webhook-events.js';

/** Switches and credentials of the imitated account set. */
export interface KingdeeSettings extends KingdeeAccess, JsonObject {
  /** How the authorisation call reports success: with errcode, or with code and msg. @default errcode */
  authEnvelope: 'errcode' | 'code';
}

function defaults(): KingdeeSettings {
  return {
    clientId: '200001',
    clientSecret: 'sandbox-kingdee-secret',
    outerInstanceId: '250000000000000001',
    accountId: '1700000000000000001',
    appKey: 'sandboxAppKey',
    appSecret: 'sandbox-app-secret-1',
    domain: 'https://tf.jdy.com',
    checkRouter: true,
    checkSignature: true,
    tokenTtlMs: 86_400_000,
    limits: { perMinute: 500, tokensPerMinute: 2 },
    authEnvelope: 'errcode',
  };
}

/** The imitated Kingdee Xingchen account set. */
export class KingdeeSystem extends BaseSystem<KingdeeEvent> implements FarSide {
  readonly books: Books;
  readonly warehouse: Warehouse;
  readonly actions: FarSide['actions'];
  declare readonly settings: KingdeeSettings;
  private readonly gate: KingdeeGate;
  private quiet = false;

  constructor(options: SystemOptions) {
    const settings = defaults();
    super('kingdee', settings, webhookDefaults(''), kingdeeFormat, options);
    this.books = new Books(this.store, this.clock, this.calls, (bizType, operation, data) =>
      this.tell(bizType, operation, data),
    );
    this.warehouse = new Warehouse(this.books);
    this.gate = new KingdeeGate(settings, () => this.now(), this.prefix);
    this.actions = this.aside({
      rotateSecret: (body) => ({ appSecret: this.gate.rotateSecret(body['keepTokens'] === true) }),
      expireTokens: () => this.gate.expireTokens(),
      audit: (body) => auditOrder(this.books, this.warehouse, this.order(body), true),
      unaudit: (body) => unauditOrder(this.books, this.warehouse, this.order(body)),
      ship: (body) => shipOrder(this.books, this.warehouse, this.order(body)),
      delete: (body) => deleteOrder(this.books, this.order(body)),
    });
  }

  errorBody(status: number): unknown {
    if (status === 429) return new KingdeeError(TOO_MANY_CALLS, '请求过于频繁').body();
    if (status === 401) return new KingdeeError(TOKEN_EXPIRED, 'app-token已过期').body();
    return new KingdeeError(SYSTEM_ERROR, '系统错误').body();
  }

  register(scope: FastifyInstance): void {
    misbehave(scope, this);
    scope.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
      try {
        done(null, String(body) === '' ? {} : parseKeepingDigits(String(body)));
      } catch (error) {
        done(error as Error);
      }
    });
    scope.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
      if (error instanceof KingdeeError) return reply.code(error.status).send(error.body());
      return reply.code(error.statusCode ?? 500).send(new KingdeeError(SYSTEM_ERROR, error.message).body());
    });
    scope.setNotFoundHandler((_request, reply) =>
      reply.code(404).send(new KingdeeError(SYSTEM_ERROR, 'no such API').body()),
    );
    scope.addHook('onRequest', (request, _reply, done) => {
      this.gate.checkSigned(request);
      done();
    });
    this.authRoutes(scope);
    scope.register((business, _options, done) => {
      business.addHook('onRequest', (request, _reply, next) => {
        this.gate.checkBusiness(request);
        next();
      });
      businessRoutes(business, this.books, this.warehouse);
      done();
    });
  }

  /** Creates or changes a record as a person would; `inventory` is a stock-take. */
  edit(change: Edit): unknown {
    return this.calls.aside(() => this.change(change));
  }

  private change({ type, id, match, set = {}, remove }: Edit): unknown {
    if (type === 'inventory') return this.stockTake({ ...match, ...set });
    const key = id ?? (match === undefined ? undefined : this.find(type, match));
    const body = key === undefined ? set : { ...set, id: key };
    if (remove === true && type === 'sal_order') return deleteOrder(this.books, this.order({ id: key }));
    if (remove === true) throw new ControlError(400, `${type} cannot be removed; set enable to "0"`);
    switch (type) {
      case 'customer':
        return saveCustomer(this.books, this.withContact(body));
      case 'material':
        return saveMaterial(this.books, body);
      case 'sal_order':
        return saveOrder(this.books, body);
      case 'store':
        return saveNamed(this.books, this.books.stores, body);
      default:
        throw new ControlError(404, `kingdee has no records of type "${type}"`);
    }
  }

  seed(): void {
    this.calls.aside(() => seedErp(this.books, this.warehouse));
  }

  generate({ type, count, seed = 1, webhooks = false }: Generation): number {
    if (type !== 'customer' && type !== 'material') throw new ControlError(404, `kingdee cannot generate "${type}"`);
    this.quiet = !webhooks;
    this.calls.aside(() => {
      for (let index = 0; index < count; index += 1)
        if (type === 'customer') saveCustomer(this.books, plausibleErpCustomer(index, seed));
        else saveMaterial(this.books, { ...plausibleErpMaterial(index, seed), base_unit_id: this.anyUnit() });
    });
    this.quiet = false;
    return count;
  }

  types(): Record<string, number> {
    return Object.fromEntries(Object.entries(this.tables()).map(([name, table]) => [name, table.size]));
  }

  records(type: string): unknown[] {
    const table = this.tables()[type];
    if (table === undefined) throw new ControlError(404, `kingdee has no records of type "${type}"`);
    const rows = [...table.all()].map((entry) => entry.row);
    return type === 'inventory' ? this.stockRows() : rows;
  }

  /** The stock list as the API would show it. */
  stockRows() {
    return [...this.books.inventory.all()].map((entry) => this.warehouse.shape(entry.row));
  }

  protected override afterLoad(): void {
    this.gate.reset();
    this.books.rebuild();
    this.warehouse.rebuild();
  }

  private anyUnit(): string {
    const unit = this.books.units.slice(0, 1)[0]?.row;
    return (unit ?? saveNamed(this.books, this.books.units, { number: 'PCS', name: '个' })).id;
  }

  private authRoutes(scope: FastifyInstance): void {
    const auth = { config: { kind: 'auth' } } as const;
    scope.post<{ Querystring: Record<string, string> }>(
      '/jdyconnector/app_management/push_app_authorize',
      auth,
      ({ query }) => {
        const data = this.gate.authorise(query['outerInstanceId'] ?? '');
        return this.settings.authEnvelope === 'errcode' ? success(data) : { code: 200, msg: 'success', data };
      },
    );
    scope.get<{ Querystring: Record<string, string> }>(
      '/jdyconnector/app_management/kingdee_auth_token',
      auth,
      ({ query }) => success(this.gate.issue(query['app_key'] ?? '', query['app_signature'] ?? '')),
    );
  }

  private tables(): Record<string, Table<unknown>> {
    const { customers, materials, stores, units, groups, orders, inventory, occupancies } = this.books;
    return {
      customer: customers,
      material: materials,
      store: stores,
      measure_unit: units,
      customer_group: groups,
      sal_order: orders,
      inventory,
      occupancy: occupancies,
    } as Record<string, Table<unknown>>;
  }

  /** The id of the record with this `number`, `bill_no` or `name`. */
  private find(type: string, match: Readonly<Record<string, string>>): string {
    const table = this.tables()[type];
    for (const entry of table?.all() ?? []) {
      const row = asObject(entry.row);
      if (Object.entries(match).every(([name, value]) => (name === 'bill_no' ? row['billNo'] : row[name]) === value))
        return entry.id;
    }
    throw new ControlError(404, `no ${type} with ${JSON.stringify(match)}`);
  }

  private order(body: JsonObject): Order {
    const id = asText(body['id']) || (this.books.idOf('orders', asText(body['bill_no'])) ?? '');
    const order = this.books.orders.get(id);
    if (order === undefined) throw new ControlError(404, 'no such order');
    return order;
  }

  /** Lets `phone`, `mobile` and `email` stand for those of the first contact. */
  private withContact(body: JsonObject): JsonObject {
    const short = ['mobile', 'phone', 'email', 'contact_person'].filter((name) => body[name] !== undefined);
    if (short.length === 0) return body;
    const known = this.books.customers.get(asText(body['id']))?.contacts ?? [];
    const first = {
      is_default_linkman: true,
      ...known[0],
      ...Object.fromEntries(short.map((name) => [name, body[name]])),
    };
    const rest = Object.fromEntries(Object.entries(body).filter(([name]) => !short.includes(name)));
    return { ...rest, contact_persons: [first, ...known.slice(1)] };
  }

  private stockTake(given: JsonObject) {
    const material = this.books.reference(this.books.materials, given, 'material');
    const store = this.books.reference(this.books.stores, given, 'stock');
    const qty = decimalField(given, 'qty');
    if (material === undefined || store === undefined || qty === undefined)
      throw new ControlError(400, 'a stock-take needs material_number, stock_number and qty');
    return this.warehouse.shape(this.warehouse.setOnHand(material.id, store.id, qty));
  }

  private tell(bizType: string, operation: string, data: Record<string, string>): void {
    if (this.quiet) return;
    this.webhooks.push({
      accountId: this.settings.accountId,
      bizType,
      operation,
      msgId: randomUUID(),
      timestamp: this.now(),
      data: [data],
    });
  }
}
