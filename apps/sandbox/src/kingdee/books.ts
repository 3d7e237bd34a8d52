import type { Clock } from '../store/clock.js';
import type { Store } from '../store/store.js';
import type { Table } from '../store/table.js';
import type { CallLog } from '../wire/calls.js';
import { asText, type JsonObject } from '../wire/json.js';
import { unknownNumber } from './errors.js';
import type { Customer, Material, Named, Occupancy, Order, Stock } from './rows.js';

/** What a change is told as: type of record, what happened, which one. */
export type Tell = (bizType: string, operation: string, data: Record<string, string>) => void;

/** All records of one account set, with the look-ups that saves need. */
export class Books {
  readonly customers: Table<Customer>;
  readonly materials: Table<Material>;
  readonly stores: Table<Named>;
  readonly units: Table<Named>;
  readonly groups: Table<Named>;
  readonly orders: Table<Order>;
  readonly inventory: Table<Stock>;
  readonly occupancies: Table<Occupancy>;
  /** Ids of order lines and contact rows. */
  readonly entries: Table<never>;
  private numbers = new Map<string, string>();

  constructor(
    store: Store,
    readonly clock: Clock,
    readonly calls: CallLog,
    readonly tell: Tell,
  ) {
    this.customers = store.table('customers', 1_710_000_000_000_000_001n);
    this.materials = store.table('materials', 1_720_000_000_000_000_001n);
    this.stores = store.table('stores', 1_730_000_000_000_000_001n);
    this.units = store.table('units', 1_740_000_000_000_000_001n);
    this.groups = store.table('groups', 1_750_000_000_000_000_001n);
    this.orders = store.table('orders', 1_900_000_000_000_000_001n);
    this.inventory = store.table('inventory');
    this.occupancies = store.table('occupancies');
    this.entries = store.table('entries', 1_770_000_000_000_000_001n);
  }

  now(): number {
    return this.clock.now();
  }

  /** Derives the index of numbers from the tables. */
  rebuild(): void {
    this.numbers = new Map();
    for (const table of [this.customers, this.materials, this.stores, this.units, this.groups] as Table<{
      number: string;
    }>[])
      for (const { id, row } of table.all()) this.remember(table.name, row.number, id);
    for (const { id, row } of this.orders.all()) this.remember('orders', row.billNo, id);
  }

  remember(table: string, number: string, id: string): void {
    this.numbers.set(`${table}|${number}`, id);
  }

  forget(table: string, number: string): void {
    this.numbers.delete(`${table}|${number}`);
  }

  idOf(table: string, number: string): string | undefined {
    return this.numbers.get(`${table}|${number}`);
  }

  /**
   * The record that `<prefix>_id` or `<prefix>_number` of a body names; undefined when neither was given.
   * Refused when it names one that does not exist.
   */
  reference<Row>(table: Table<Row>, body: JsonObject, prefix: string): Row | undefined {
    const id = asText(body[`${prefix}_id`]).trim();
    const number = asText(body[`${prefix}_number`]).trim();
    if (id === '' && number === '') return undefined;
    const row = id === '' ? this.byNumber(table, number) : table.get(id);
    if (row === undefined)
      throw unknownNumber(id === '' ? number : id, id === '' ? `${prefix}_number` : `${prefix}_id`);
    return row;
  }

  byNumber<Row>(table: Table<Row>, number: string): Row | undefined {
    const id = this.idOf(table.name, number);
    return id === undefined ? undefined : table.get(id);
  }

  /** The next free number of a series, such as KH0001. */
  freeNumber(table: { name: string; size: number }, series: string, digits: number): string {
    for (let next = table.size + 1; ; next += 1) {
      const number = series + String(next).padStart(digits, '0');
      if (this.idOf(table.name, number) === undefined) return number;
    }
  }
}
