import fc from 'fast-check';
import type { Json, JsonObject } from '@isthmus/json';
import { ConvergenceWorld, Crash, NATIVE } from './convergence-world.js';
import type { TestLedger } from './ledger.js';
import type { FarSideKind, WriteFault } from './memory-far-side.js';

export const SIDES = ['crm', 'erp', 'shop'] as const;
const NUMBERS = ['N1', 'N2'] as const;
const TEXTS = ['displayName', 'note', 'language'] as const;

type Side = (typeof SIDES)[number];

/** One step of an interleaving. Numbers pick among what there is at that moment. */
export type Action =
  | { readonly do: 'edit'; readonly side: Side; readonly number: number; readonly field: string }
  | { readonly do: 'clear'; readonly side: Side; readonly number: number; readonly field: 'note' | 'limit' }
  | { readonly do: 'add' | 'remove'; readonly side: Side; readonly number: number }
  | { readonly do: 'notice'; readonly side: Side; readonly pick: number; readonly copies: 1 | 2; readonly key: boolean }
  | { readonly do: 'drop'; readonly side: Side; readonly pick: number }
  | { readonly do: 'poll' | 'fetch'; readonly side: Side }
  | { readonly do: 'merge'; readonly crash: boolean }
  | {
      readonly do: 'deliver';
      readonly side: Side;
      readonly fault: WriteFault;
      readonly at: 'nowhere' | 'claimed' | 'written';
      readonly inner: Inner;
    }
  | { readonly do: 'leases-end' }
  | { readonly do: 'time'; readonly ms: number };

/** What happens in the middle of a delivery. */
type Inner = 'crash' | 'edit-there' | 'edit-elsewhere' | 'merge';

const side = fc.constantFrom(...SIDES);
const number = fc.nat(1);
const pick = fc.nat(5);

const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('edit' as const), side, number, field: fc.constantFrom(...TEXTS, 'limit') }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('clear' as const),
      side,
      number,
      field: fc.constantFrom('note' as const, 'limit' as const),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constantFrom('add' as const, 'add' as const, 'remove' as const), side, number }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('notice' as const),
      side,
      pick,
      copies: fc.constantFrom(1 as const, 1 as const, 2 as const),
      key: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('drop' as const), side, pick }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('poll' as const, 'fetch' as const), side }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('merge' as const),
      crash: fc.integer({ min: 0, max: 9 }).map((roll) => roll === 0),
    }),
  },
  {
    weight: 7,
    arbitrary: fc.record({
      do: fc.constant('deliver' as const),
      side,
      fault: fc.constantFrom<WriteFault[]>('none', 'none', 'none', 'refused', 'lost-answer', 'rate-limited'),
      at: fc.constantFrom('nowhere' as const, 'nowhere' as const, 'claimed' as const, 'written' as const),
      inner: fc.constantFrom<Inner[]>('crash', 'edit-there', 'edit-elsewhere', 'merge'),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ do: 'leases-end' as const }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('time' as const), ms: fc.constantFrom(300, 5_000, 60_000) }) },
);

/** A start (which systems hold which records before the hub looks) and what happens then. */
export const interleaving = fc.record({
  holders: fc.tuple(fc.subarray([...SIDES], { minLength: 1 }), fc.subarray([...SIDES], { minLength: 1, maxLength: 2 })),
  isSynced: fc.boolean(),
  actions: fc.array(action, { minLength: 15, maxLength: 45, size: 'max' }),
});
export type Interleaving = typeof interleaving extends fc.Arbitrary<infer Value> ? Value : never;

/** Something a person did. `value` is different for every edit; undefined = took it out. */
export interface Edit {
  readonly side: Side;
  readonly number: string;
  readonly field: string;
  readonly kind: 'set' | 'add' | 'remove';
  readonly value: string | undefined;
  readonly atMs: number;
}

/** How an interleaving ended. */
export interface Played {
  readonly world: ConvergenceWorld;
  readonly edits: readonly Edit[];
  readonly creates: number;
  /** Calls and processes that were cut short: each may cost one more write. */
  readonly faults: number;
  readonly rounds: number;
  /** Systems in which a write took effect without the hub hearing so. */
  readonly unanswered: ReadonlySet<string>;
}

/** How an interleaving is played. */
export interface PlayOptions {
  /** What is edited in a system while the hub writes there is told and merged before the write ends. @default false */
  readonly isTold?: boolean;
}

/** Plays an interleaving on the real ledger and stages, and lets everything come to rest. */
export async function play(
  ledger: TestLedger,
  kinds: { readonly [id in Side]: FarSideKind },
  run: Interleaving,
  { isTold = false }: PlayOptions = {},
): Promise<Played> {
  await ledger.clean();
  const player = new Player(new ConvergenceWorld(ledger, kinds), isTold);
  await player.begin(run);
  for (const step of run.actions) await player.step(step);
  const rounds = await player.world.rest();
  const { world, edits, creates, faults, unanswered } = player;
  return { world, edits, creates, faults, rounds, unanswered };
}

class Player {
  readonly edits: Edit[] = [];
  readonly unanswered = new Set<string>();
  creates = 0;
  faults = 0;
  private counter = 0;
  private crashes = 0;

  constructor(
    readonly world: ConvergenceWorld,
    private readonly isTold: boolean,
  ) {}

  async begin({ holders, isSynced }: Interleaving): Promise<void> {
    for (const [index, sides] of holders.entries()) {
      for (const id of sides) {
        await this.world.clock.advance(3_000);
        const name = this.next();
        this.world.side(id).create({ number: NUMBERS[index] as string, [this.native(id, 'displayName')]: name });
        this.creates += 1;
        this.note(id, NUMBERS[index] as string, 'displayName', 'set', name);
      }
    }
    if (isSynced) await this.world.rest();
  }

  private next(): string {
    this.counter += 1;
    return `v${this.counter}`;
  }

  private native(id: string, field: string): string {
    return NATIVE[id]?.[field] as string;
  }

  private note(id: Side, number: string, field: string, kind: Edit['kind'], value: string | undefined): void {
    this.edits.push({ side: id, number, field, kind, value, atMs: this.world.clock.now().getTime() });
  }

  async step(step: Action): Promise<void> {
    const { world } = this;
    switch (step.do) {
      case 'edit':
        return this.edit(step.side, NUMBERS[step.number] as string, step.field);
      case 'clear':
        return this.set(step.side, NUMBERS[step.number] as string, step.field, undefined);
      case 'add':
      case 'remove':
        return this.changeSites(step.side, NUMBERS[step.number] as string, step.do, step.number);
      case 'notice':
        return this.hear(step);
      case 'drop':
        world.side(step.side).notices.splice(step.pick, 1);
        return;
      case 'poll':
        return world.poll(step.side);
      case 'fetch':
        return world.fetch(step.side);
      case 'merge':
        return world.merge(step.crash);
      case 'deliver':
        return this.deliver(step);
      case 'leases-end':
        return world.leasesEnd();
      case 'time':
        await world.clock.advance(step.ms);
    }
  }

  private edit(id: Side, number: string, field: string): Promise<void> {
    this.counter += 1;
    return this.set(id, number, field, field === 'limit' ? `${this.counter}` : `v${this.counter}`);
  }

  private async set(id: Side, number: string, field: string, value: string | undefined): Promise<void> {
    const side = this.world.side(id);
    const row = side.byNumber(number);
    if (!row || (await this.world.isUnanswered(id, row.id))) return;
    if (value === undefined && (row[this.native(id, field)] ?? null) === null) return;
    const stored = field === 'limit' && value !== undefined ? side.kind.amount(value) : value;
    side.change(row.id, { [this.native(id, field)]: stored });
    this.note(id, number, field, 'set', value);
  }

  private async changeSites(id: Side, number: string, what: 'add' | 'remove', pickOf: number): Promise<void> {
    const side = this.world.side(id);
    const row = side.byNumber(number);
    if (!row || (await this.world.isUnanswered(id, row.id))) return;
    const sites = (row['sites'] ?? []) as JsonObject[];
    if (what === 'add') {
      const url = this.next();
      side.change(row.id, { sites: [...sites, { url }] });
      return this.note(id, number, 'sites', 'add', url);
    }
    const gone = sites[pickOf % Math.max(1, sites.length)];
    if (!gone) return;
    side.change(row.id, { sites: sites.filter((item) => item !== gone) as Json[] });
    this.note(id, number, 'sites', 'remove', gone['url'] as string);
  }

  private async hear({ side: id, pick: index, copies, key }: Extract<Action, { do: 'notice' }>): Promise<void> {
    const { notices } = this.world.side(id);
    const notice = notices[index % Math.max(1, notices.length)];
    if (!notice) return;
    // A copy that stays behind comes again later, when it is old.
    if (copies === 1) notices.splice(notices.indexOf(notice), 1);
    await this.world.hear(id, notice, key);
  }

  private async deliver({ side: id, fault, at, inner }: Extract<Action, { do: 'deliver' }>): Promise<void> {
    const side = this.world.side(id);
    side.fault = fault;
    if (fault !== 'none') this.faults += 1;
    if (fault === 'lost-answer' || (at === 'written' && inner === 'crash')) this.unanswered.add(id);
    await this.world.deliver(id, at === 'nowhere' ? undefined : at, () => this.meanwhile(id, inner));
    side.fault = 'none';
  }

  private async meanwhile(id: Side, inner: Inner): Promise<void> {
    if (inner === 'merge') return this.world.merge();
    if (inner === 'edit-there') {
      await this.edit(id, 'N1', 'note');
      if (!this.isTold) return;
      await this.world.poll(id);
      return this.world.merge();
    }
    if (inner === 'edit-elsewhere') return this.edit(SIDES[(SIDES.indexOf(id) + 1) % 3] as Side, 'N1', 'displayName');
    // Five deaths in a row make a dead letter, which is another test's.
    if (this.crashes >= 3) return;
    this.crashes += 1;
    this.faults += 1;
    throw new Crash(id);
  }
}
