import { formatDecimal, parseDecimal, type Decimal } from '../store/decimal.js';
import { asArray, asObject, asText, type JsonObject } from '../wire/json.js';
import type { Books } from './books.js';
import { KingdeeError, missing, SHORT_STOCK } from './errors.js';
import { decimalField, reference } from './inputs.js';
import { parameterList, type ListQuery } from './lists.js';
import type { Occupancy, Order, Stock } from './rows.js';

/** Stock on hand, what documents hold of it, and what is left. */
export class Warehouse {
  private held = new Map<string, Decimal>();
  private byBill = new Map<string, Set<string>>();

  constructor(private readonly books: Books) {}

  rebuild(): void {
    this.held = new Map();
    this.byBill = new Map();
    for (const { row } of this.books.occupancies.all()) this.remember(row);
  }

  /** Sets what is on hand, as after a stock-take. */
  setOnHand(materialId: string, stockId: string, qty: Decimal): Stock {
    const key = placeOf(materialId, stockId);
    const stock = { materialId, stockId, qty: formatDecimal(qty, 4) };
    this.books.inventory.put(key, stock, this.books.now());
    this.books.tell('inv_inventory_entity', 'update', { id: materialId, material_id: materialId, stock_id: stockId });
    return stock;
  }

  onHand(materialId: string, stockId: string): Decimal {
    return parseDecimal(this.row(placeOf(materialId, stockId))?.qty ?? '0') ?? 0n;
  }

  available(materialId: string, stockId: string): Decimal {
    return this.onHand(materialId, stockId) - (this.held.get(placeOf(materialId, stockId)) ?? 0n);
  }

  /** Holds stock for the lines of a document; what the document held before is given back first. */
  occupy(
    billType: string,
    billId: string,
    lines: readonly Omit<Occupancy, 'billType' | 'billId'>[],
    force: boolean,
  ): void {
    const before = this.heldBy(billType, billId);
    for (const occupancy of before) this.drop(occupancy);
    const short = force ? undefined : this.firstShort(lines);
    if (short !== undefined) {
      for (const occupancy of before) this.put(occupancy);
      throw new KingdeeError(
        SHORT_STOCK,
        `商品[${this.books.materials.get(short.materialId)?.number ?? short.materialId}]可用库存不足`,
      );
    }
    for (const line of lines) this.put({ billType, billId, ...line });
    this.touch([...before, ...lines]);
  }

  release(billType: string, billId: string): void {
    const held = this.heldBy(billType, billId);
    for (const occupancy of held) this.drop(occupancy);
    this.touch(held);
  }

  /** The goods of an audited order leave the warehouse. */
  ship(order: Order): void {
    this.release('sal_bill_order', order.id);
    for (const line of order.lines) {
      const left = this.onHand(line.materialId, line.stockId) - (parseDecimal(line.qty) ?? 0n);
      this.setOnHand(line.materialId, line.stockId, left);
    }
  }

  /** A row of the stock list; quantities are text. */
  shape(stock: Stock) {
    const material = this.books.materials.get(stock.materialId);
    return {
      ...reference('material', material),
      material_model: material?.fields['model'] ?? '',
      barcode: material?.fields['barcode'] ?? '',
      ...reference('base_unit', this.books.units.get(material?.baseUnitId ?? '')),
      ...reference('stock', this.books.stores.get(stock.stockId)),
      sp_id: '0',
      aux_prop_id: '0',
      batch_no: '',
      qty: formatDecimal(this.onHand(stock.materialId, stock.stockId), 2),
      valid_qty: formatDecimal(this.available(stock.materialId, stock.stockId), 2),
    };
  }

  private row(key: string): Stock | undefined {
    return this.books.inventory.get(key);
  }

  private heldBy(billType: string, billId: string): Occupancy[] {
    const keys = this.byBill.get(`${billType}|${billId}`) ?? [];
    return [...keys].flatMap((key) => this.books.occupancies.get(key) ?? []);
  }

  private firstShort(lines: readonly { materialId: string; stockId: string; qty: string }[]) {
    const wanted = new Map<string, Decimal>();
    return lines.find((line) => {
      const key = placeOf(line.materialId, line.stockId);
      wanted.set(key, (wanted.get(key) ?? 0n) + (parseDecimal(line.qty) ?? 0n));
      return (wanted.get(key) ?? 0n) > this.available(line.materialId, line.stockId);
    });
  }

  private put(occupancy: Occupancy): void {
    this.books.occupancies.put(keyOf(occupancy), occupancy, this.books.now());
    this.remember(occupancy);
  }

  private remember(occupancy: Occupancy): void {
    const bill = `${occupancy.billType}|${occupancy.billId}`;
    const keys = this.byBill.get(bill) ?? new Set<string>();
    this.byBill.set(bill, keys.add(keyOf(occupancy)));
    this.addHeld(occupancy, 1n);
  }

  private drop(occupancy: Occupancy): void {
    this.books.occupancies.remove(keyOf(occupancy), this.books.now());
    this.byBill.get(`${occupancy.billType}|${occupancy.billId}`)?.delete(keyOf(occupancy));
    this.addHeld(occupancy, -1n);
  }

  private addHeld(occupancy: Occupancy, sign: bigint): void {
    const key = placeOf(occupancy.materialId, occupancy.stockId);
    this.held.set(key, (this.held.get(key) ?? 0n) + sign * (parseDecimal(occupancy.qty) ?? 0n));
  }

  /** What is left of these has changed: the rows count as modified and are told about. */
  private touch(lines: readonly { materialId: string; stockId: string }[]): void {
    const places = new Map(lines.map((line) => [placeOf(line.materialId, line.stockId), line]));
    for (const { materialId, stockId } of places.values())
      this.setOnHand(materialId, stockId, this.onHand(materialId, stockId));
  }
}

/** Lines of `inv_occupy` and `inv_release_occupy`. */
export function occupyLines(books: Books, body: JsonObject): Omit<Occupancy, 'billType' | 'billId'>[] {
  const lines = asArray(body['material_entity']).map(asObject);
  if (lines.length === 0) throw missing('material_entity');
  return lines.map((line, index) => {
    const material = books.reference(books.materials, line, 'material');
    const store = books.reference(books.stores, line, 'stock');
    const qty = decimalField(line, 'qty');
    if (material === undefined) throw missing('material_id');
    if (store === undefined) throw missing('stock_id');
    if (qty === undefined || qty <= 0n) throw missing('qty');
    const entryId = asText(line['bill_entry_id']) || String(index + 1);
    return { entryId, materialId: material.id, stockId: store.id, qty: formatDecimal(qty, 4) };
  });
}

/** The filters of the stock list. */
export function stockFilter(books: Books, query: ListQuery): ((stock: Stock) => boolean) | undefined {
  const materials = new Set(
    ids(books, 'materials', parameterList(query, 'material_ids'), parameterList(query, 'material_numbers')),
  );
  const stores = new Set(
    ids(books, 'stores', parameterList(query, 'stock_ids'), parameterList(query, 'stock_numbers')),
  );
  const given = (name: string) => parameterList(query, name).length > 0;
  const byMaterial = given('material_ids') || given('material_numbers');
  const byStore = given('stock_ids') || given('stock_numbers');
  if (!byMaterial && !byStore) return undefined;
  return (stock) => (!byMaterial || materials.has(stock.materialId)) && (!byStore || stores.has(stock.stockId));
}

function ids(books: Books, table: string, given: string[], numbers: string[]): string[] {
  return [...given, ...numbers.flatMap((number) => books.idOf(table, number) ?? [])];
}

function placeOf(materialId: string, stockId: string): string {
  return `${materialId}-${stockId}`;
}

function keyOf({ billType, billId, entryId }: Occupancy): string {
  return `${billType}|${billId}|${entryId}`;
}
