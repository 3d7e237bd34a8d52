import type { Journal, JournalLine } from './journal.js';

/** A stored row with what lists need to know about it. */
export interface Entry<Row> {
  readonly id: string;
  readonly row: Row;
  /** Epoch milliseconds of the last change. */
  readonly at: number;
  /** Rises with every change of the table; a cursor that never skips and never repeats an unchanged row. */
  readonly seq: number;
  /** Place in the order of creation. */
  readonly place: number;
  /** The row before its last change, when the table was told to keep it. */
  readonly previous?: Row;
}

/** An entry as the table keeps it: it knows whether it is still the newest of its row. */
interface Slot<Row> extends Entry<Row> {
  live: boolean;
}

/**
 * Rows by id, in order of creation and in order of change. Every change goes to the journal.
 * Ids are handed out by `newId` as rising decimal text and are never used twice, also after a restart.
 */
export class Table<Row> {
  /** Keep the row before its last change, for a search index that lags. */
  keepPrevious = false;
  private entries = new Map<string, Slot<Row>>();
  private order: string[] = [];
  private slots: Slot<Row>[] = [];
  private log: Slot<Row>[] = [];
  private logSorted = true;
  private lastSeq = 0;
  private lastId: bigint;

  constructor(
    readonly name: string,
    private readonly journal: Journal,
    private readonly firstId: bigint,
  ) {
    this.lastId = firstId - 1n;
  }

  get size(): number {
    return this.entries.size;
  }

  newId(): string {
    this.lastId += 1n;
    return this.lastId.toString();
  }

  /** An id for something that is not a row of its own; the journal remembers that it is taken. */
  takeId(): string {
    const id = this.newId();
    this.journal.write([this.name, id, null, 0]);
    return id;
  }

  get(id: string): Row | undefined {
    return this.entries.get(id)?.row;
  }

  entry(id: string): Entry<Row> | undefined {
    return this.entries.get(id);
  }

  put(id: string, row: Row, at: number): void {
    this.apply(id, row, at);
    this.journal.write([this.name, id, row, at]);
  }

  remove(id: string, at: number): void {
    const before = this.entries.get(id);
    if (before === undefined) return;
    this.drop(before);
    this.journal.write([this.name, id, null, at]);
  }

  /** Forgets all rows; ids start again. */
  clear(): void {
    this.entries = new Map();
    this.order = [];
    this.slots = [];
    this.log = [];
    this.logSorted = true;
    this.lastId = this.firstId - 1n;
  }

  /** All rows in order of creation. */
  *all(): IterableIterator<Entry<Row>> {
    for (const slot of this.slots) if (slot.live) yield slot;
  }

  /** A window of the rows in order of creation. */
  slice(start: number, end: number): Entry<Row>[] {
    if (this.slots.length === this.entries.size) return this.slots.slice(start, end);
    return [...this.all()].slice(start, end);
  }

  /** Rows whose decimal id is greater, in order of creation. */
  *afterId(id: string | undefined): IterableIterator<Entry<Row>> {
    const first = id === undefined ? 0 : this.placeAfter(BigInt(id));
    for (let place = first; place < this.slots.length; place += 1) {
      const slot = this.slots[place];
      if (slot?.live === true) yield slot;
    }
  }

  /** Rows changed at or after the moment, in order of change. */
  *changedSince(at: number): IterableIterator<Entry<Row>> {
    const first = this.logSorted ? this.firstLog((slot) => slot.at >= at) : 0;
    for (let index = first; index < this.log.length; index += 1) {
      const slot = this.log[index];
      if (slot?.live === true && slot.at >= at) yield slot;
    }
  }

  /** Rows changed after the change with this number, in order of change. */
  *changedAfter(seq: number): IterableIterator<Entry<Row>> {
    for (let index = this.firstLog((slot) => slot.seq > seq); index < this.log.length; index += 1) {
      const slot = this.log[index];
      if (slot?.live === true) yield slot;
    }
  }

  /** Takes a line of the journal at start. */
  replay([, id, row, at]: JournalLine): void {
    const before = this.entries.get(id);
    if (row === null && before !== undefined) this.drop(before);
    if (row !== null) this.apply(id, row as Row, at);
    if (/^\d+$/.test(id) && BigInt(id) > this.lastId) this.lastId = BigInt(id);
  }

  /** What a fresh journal of this table holds. */
  *lines(): IterableIterator<JournalLine> {
    for (const { id, row, at } of this.entries.values()) yield [this.name, id, row, at];
    const last = this.lastId.toString();
    if (this.lastId >= this.firstId && !this.entries.has(last)) yield [this.name, last, null, 0];
  }

  private apply(id: string, row: Row, at: number): void {
    const before = this.entries.get(id);
    this.lastSeq += 1;
    const place = before?.place ?? this.slots.length;
    const previous = this.keepPrevious && before !== undefined ? { previous: before.row } : {};
    const slot = { id, row, at, seq: this.lastSeq, place, live: true, ...previous };
    if (before !== undefined) before.live = false;
    this.entries.set(id, slot);
    this.slots[place] = slot;
    this.order[place] = id;
    this.appendLog(slot);
  }

  private appendLog(slot: Slot<Row>): void {
    const last = this.log.at(-1);
    if (last !== undefined && last.at > slot.at) this.logSorted = false;
    this.log.push(slot);
    if (this.log.length > 2 * this.entries.size + 1_000) this.log = this.log.filter((item) => item.live);
  }

  private drop(slot: Slot<Row>): void {
    slot.live = false;
    this.entries.delete(slot.id);
    if (this.slots.length <= 2 * this.entries.size + 1_000) return;
    const left = this.slots.filter((item) => item.live);
    this.slots = [];
    this.order = [];
    for (const item of left) {
      const moved = { ...item, place: this.slots.length };
      item.live = false;
      this.entries.set(item.id, moved);
      this.slots.push(moved);
      this.order.push(item.id);
    }
    this.log = [...this.slots].sort((a, b) => a.seq - b.seq);
  }

  private firstLog(found: (slot: Slot<Row>) => boolean): number {
    let low = 0;
    let high = this.log.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const item = this.log[middle];
      if (item !== undefined && found(item)) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  private placeAfter(id: bigint): number {
    let low = 0;
    let high = this.order.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (BigInt(this.order[middle] ?? '0') > id) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
