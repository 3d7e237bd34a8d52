import { erpOrder, orderOf } from './shop-orders.js';
import type { ShopEvent } from './shop-orders.js';

/** What stands at the target against what was promised. All zero = the promise was kept. */
export interface Arrivals {
  /** Acknowledged and not there. */
  readonly missing: number;
  /** Documents beyond the first of an order. */
  readonly doubled: number;
  /** There, with a field that differs from the newest acknowledged event. */
  readonly wrong: number;
  /** Documents that no acknowledged event explains. */
  readonly unexpected: number;
  /** The first thing that is not as it should be, to see what happened. */
  readonly example?: unknown;
}

/** What `checkArrivals` says when nothing is missing, doubled, wrong or unexpected. */
export const ALL_ARRIVED: Arrivals = { missing: 0, doubled: 0, wrong: 0, unexpected: 0 };

/** Compares the documents of the target with the newest acknowledged event of every order. */
export function checkArrivals(
  acknowledged: readonly ShopEvent[],
  documents: readonly Record<string, unknown>[],
): Arrivals {
  const newest = newestOf(acknowledged);
  const byOrder = new Map<number, Record<string, unknown>[]>();
  for (const document of documents)
    byOrder.set(orderOf(document), [...(byOrder.get(orderOf(document)) ?? []), document]);
  const missing = [...newest.keys()].filter((order) => !byOrder.has(order));
  const doubled = [...byOrder.values()].flatMap((copies) => copies.slice(1));
  const unexpected = [...byOrder].filter(([order]) => !newest.has(order));
  const wrong = [...newest.values()].flatMap((event) => wrongFields(event, byOrder.get(event.order)?.[0]));
  const example = wrong[0] ?? doubled[0] ?? unexpected[0] ?? missing[0];
  const counts = {
    missing: missing.length,
    doubled: doubled.length,
    wrong: wrong.length,
    unexpected: unexpected.length,
  };
  return { ...counts, ...(example !== undefined && { example }) };
}

function newestOf(events: readonly ShopEvent[]): Map<number, ShopEvent> {
  const newest = new Map<number, ShopEvent>();
  for (const event of events) {
    if (event.revision > (newest.get(event.order)?.revision ?? 0)) newest.set(event.order, event);
  }
  return newest;
}

function wrongFields(event: ShopEvent, document: Record<string, unknown> | undefined): object[] {
  if (!document) return [];
  const wanted = erpOrder(event);
  const differing = Object.keys(wanted).filter(
    (name) => JSON.stringify(sorted(wanted[name])) !== JSON.stringify(sorted(document[name])),
  );
  return differing.length === 0 ? [] : [{ order: event.order, differing, wanted, found: document }];
}

/** The order of an object's members says nothing. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, member]) => [name, sorted(member)]),
  );
}
