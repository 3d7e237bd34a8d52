import { FailureError } from '@isthmus/connector-kit';
import type {
  Failure,
  Fetched,
  ProbeResult,
  Row,
  Stream,
  StreamWrite,
  WriteItem,
  WriteResult,
} from '@isthmus/connector-kit';
import { equalJson } from '@isthmus/json';
import type { Json } from '@isthmus/json';

/** A row of a system in memory. `number` is the key that people know it by. */
export interface FarRow {
  id: string;
  number: string;
  modifiedAt: string;
  [field: string]: Json;
}

/** What a system tells of a row: whole, or only its id. */
export interface Notice {
  readonly key: string;
  readonly id: string;
  readonly row: FarRow | undefined;
  readonly at: string;
}

/** What goes wrong with one call of `write`: before the far side did anything, or after it did everything. */
export type WriteFault = 'none' | 'refused' | 'lost-answer' | 'rate-limited';

/** How a system recognises a repeated create, and whether it refuses to write over what its caller has not seen. */
export interface FarSideKind {
  readonly repeat: StreamWrite['repeat'];
  /** Compares the fields to be written with what the caller last saw there. */
  readonly guards: boolean;
  readonly fatNotices: boolean;
  /** How far its clock is ahead of the hub's; negative = behind. @default 0 */
  readonly aheadMs?: number;
  /** How the system stores amounts. */
  readonly amount: (text: string) => string;
}

/** A far side of a test: rows, the notices that it has not sent yet, and a count of the hub's writes. */
export class MemoryFarSide {
  readonly rows = new Map<string, FarRow>();
  readonly notices: Notice[] = [];
  /** Rows that the hub made. */
  readonly madeByHub = new Set<string>();
  /** Writes of the hub that took effect. */
  writes = 0;
  /** Values that a write of the hub replaced before the hub had seen them: field → values. */
  readonly overwritten: { readonly field: string; readonly value: Json | undefined }[] = [];
  fault: WriteFault = 'none';
  /** Called in the middle of every call of `write`. */
  duringWrite: () => void = () => undefined;
  private counter = 0;
  private noticeCounter = 0;
  private readonly answered = new Map<string, string>();

  constructor(
    readonly id: string,
    readonly kind: FarSideKind,
    private readonly now: () => Date,
  ) {}

  /** A person makes a row. */
  create(fields: { readonly number: string; readonly [field: string]: Json }): FarRow {
    this.counter += 1;
    const row: FarRow = { ...fields, id: `${this.id}-${this.counter}`, modifiedAt: this.now().toISOString() };
    this.rows.set(row.id, row);
    this.tell(row);
    return row;
  }

  /** A person or the hub changes a row; an empty field is told as null, never left out: what is left out is not supplied. */
  change(id: string, fields: { readonly [field: string]: Json | undefined }): FarRow {
    const row: FarRow = { ...(this.rows.get(id) as FarRow), modifiedAt: this.now().toISOString() };
    for (const [name, value] of Object.entries(fields)) row[name] = value ?? null;
    this.rows.set(id, row);
    this.tell(row);
    return row;
  }

  byNumber(number: string): FarRow | undefined {
    return [...this.rows.values()].find((row) => row.number === number);
  }

  private tell(row: FarRow): void {
    this.noticeCounter += 1;
    const whole = this.kind.fatNotices ? structuredClone(row) : undefined;
    this.notices.push({ key: `${this.id}:${this.noticeCounter}`, id: row.id, row: whole, at: row.modifiedAt });
  }

  /** The system as a connector's stream. */
  stream(): Stream {
    const { repeat } = this.kind;
    return {
      title: { en: 'Rows', zh: '数据' },
      schema: { type: 'object' },
      key: (row) => String(row['id'] as string),
      modifiedAt: (row) => String(row['modifiedAt'] as string),
      read: async function* (this: MemoryFarSide) {
        yield await Promise.resolve({ rows: structuredClone([...this.rows.values()]) as Row[], cursor: null });
      }.bind(this),
      fetchBatchSize: 10,
      fetch: (_context, ids) => Promise.resolve(ids.map((id) => this.fetched(id))),
      write: {
        batchSize: 1,
        repeat,
        write: (_context, items) => Promise.resolve(items.map((item) => this.take(item))),
        ...(repeat === 'probe' && {
          probe: (_context, items) => Promise.resolve(items.map((item) => this.look(item))),
        }),
      },
    };
  }

  private fetched(id: string): Fetched {
    const row = this.rows.get(id);
    return row ? { id, row: structuredClone(row) } : { id, gone: true };
  }

  private look(item: WriteItem): ProbeResult {
    const row = this.byNumber(String(item.native['number'] as string));
    return { found: row && { nativeId: row.id, stored: structuredClone(row) } };
  }

  private take(item: WriteItem): WriteResult {
    this.duringWrite();
    const { fault } = this;
    this.fault = 'none';
    if (fault === 'refused') throw new FailureError(failure('transient', 'far.down'));
    if (fault === 'rate-limited')
      return { ok: false, failure: { ...failure('rate-limited', 'far.busy'), retryAfterMs: 1_000 } };
    const result = item.nativeId === undefined ? this.insert(item) : this.update(item.nativeId, item);
    if (fault === 'lost-answer') throw new FailureError(failure('unknown', 'far.no-answer'));
    return result;
  }

  private insert(item: WriteItem): WriteResult {
    const known =
      this.kind.repeat === 'upsert'
        ? this.byNumber(String(item.native['number'] as string))?.id
        : this.answered.get(item.idempotencyKey);
    if (known !== undefined && this.kind.repeat === 'upsert')
      return this.update(known, { ...item, changed: item.native });
    if (known !== undefined && this.kind.repeat === 'idempotency-key')
      return { ok: true, nativeId: known, stored: structuredClone(this.rows.get(known) as FarRow) };
    this.writes += 1;
    const row = this.create(this.asStored(item.native) as { number: string });
    this.answered.set(item.idempotencyKey, row.id);
    this.madeByHub.add(row.id);
    return { ok: true, nativeId: row.id, stored: structuredClone(row) };
  }

  private update(id: string, item: WriteItem): WriteResult {
    const row = this.rows.get(id);
    if (!row) return { ok: false, failure: failure('gone', 'far.gone') };
    const changed = this.asStored(item.changed);
    for (const [field, value] of Object.entries(changed)) {
      const unseen =
        !equalJson(row[field] ?? null, item.base?.[field] ?? null) && !equalJson(row[field] ?? null, value);
      if (!unseen) continue;
      if (this.kind.guards) return { ok: false, failure: failure('conflict', 'far.changed') };
      this.overwritten.push({ field, value: row[field] });
    }
    this.writes += 1;
    return { ok: true, nativeId: id, stored: structuredClone(this.change(id, changed)) };
  }

  private asStored(fields: Row): { [field: string]: Json } {
    const { limit } = fields;
    return { ...fields, ...(typeof limit === 'string' && { limit: this.kind.amount(limit) }) } as {
      [field: string]: Json;
    };
  }
}

function failure(kind: Failure['kind'], code: string): Failure {
  return { kind, code, message: { en: code, zh: code } };
}
