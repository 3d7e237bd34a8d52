import type { FastifyRequest } from 'fastify';
import { seededRandom, type Random } from '../store/random.js';
import type { CallKind } from './calls.js';

/** A planned misbehaviour. Everything but one effect is optional; several rules may stand side by side. */
export interface FaultRule {
  /** Which calls: path prefix inside the system, method, kind. Default: all; writes for `dropAfterCommit`. */
  readonly match?: { readonly path?: string; readonly method?: string; readonly kind?: CallKind };
  /** Of the matching calls, let this many through first. */
  readonly skip?: number;
  /** Hit every nth matching call. */
  readonly everyNth?: number;
  /** Hit this share of the matching calls, 0 to 1, drawn from `seed`. @default seed 1 */
  readonly rate?: number;
  readonly seed?: number;
  /** Hit so many calls, then never again. */
  readonly times?: number;
  /** The rule ends by itself after this time. */
  readonly forMs?: number;

  /** Wait before doing anything. Goes with any effect. */
  readonly delayMs?: number;
  /** Answer with this status instead of doing the work. */
  readonly status?: number;
  /** With `status`: the Retry-After header, seconds or literal text (an HTTP date). */
  readonly retryAfter?: number | string;
  /** With `status`: Retry-After as an HTTP date so many seconds ahead. */
  readonly retryAfterDateSeconds?: number;
  /** With `status`: this body instead of the system's own error body. */
  readonly body?: unknown;
  /** Do the work, then cut the connection: true, or how many times. */
  readonly dropAfterCommit?: boolean | number;
  /** Cut the connection without doing the work. */
  readonly dropBeforeCommit?: boolean;
  /** Refuse every connection. False ends all `down` rules. */
  readonly down?: boolean;
  /** Answer 200 with the system's error body (or this one) without doing the work. */
  readonly errorBodyWith200?: unknown;
  /** Answer 200 with a login page without doing the work. */
  readonly htmlLogin?: boolean;
  /** Of a bulk, do only so many items, the first ones. Goes with `dropAfterCommit`. */
  readonly bulkItems?: number;
  /** Do the work, then send half of the answer, well framed. */
  readonly truncate?: boolean;
  /** Do the work, then send the answer so many bytes at a time. */
  readonly drip?: { readonly bytes: number; readonly everyMs: number };
}

/** A rule with its history. */
export interface ActiveFault extends FaultRule {
  readonly id: string;
  /** Matching calls so far. */
  seen: number;
  /** Calls that were hit. */
  hits: number;
}

interface Kept extends ActiveFault {
  readonly until: number | undefined;
  readonly left: () => number;
  readonly random: Random;
}

/** What happens to one call. */
export interface FaultPlan {
  delayMs: number;
  readonly effects: ActiveFault[];
}

/** The faults of one far side. */
export class FaultBook {
  private rules: Kept[] = [];
  private nextId = 1;

  constructor(private readonly now: () => number) {}

  /** Adds a rule; `down: false` takes all `down` rules away instead. */
  add(rule: FaultRule): { id: string } {
    if (rule.down === false) {
      this.rules = this.rules.filter((other) => other.down !== true);
      return { id: '' };
    }
    const id = String(this.nextId);
    this.nextId += 1;
    const times = typeof rule.dropAfterCommit === 'number' ? rule.dropAfterCommit : rule.times;
    const kept: Kept = {
      ...rule,
      id,
      seen: 0,
      hits: 0,
      until: rule.forMs === undefined ? undefined : this.now() + rule.forMs,
      left: () => (times === undefined ? Infinity : times - kept.hits),
      random: seededRandom(rule.seed ?? 1),
    };
    this.rules.push(kept);
    return { id };
  }

  list(): ActiveFault[] {
    this.expire();
    return this.rules.map(({ until: _until, left: _left, random: _random, ...rule }) => rule);
  }

  /** Removes one rule, or all. */
  clear(id?: string): void {
    this.rules = id === undefined ? [] : this.rules.filter((rule) => rule.id !== id);
  }

  /** True while every connection is refused. */
  isDown(): boolean {
    this.expire();
    return this.rules.some((rule) => rule.down === true);
  }

  /** Decides what happens to this call; `undefined` = nothing unusual. */
  plan(request: FastifyRequest, prefix: string): FaultPlan | undefined {
    if (this.rules.length === 0) return undefined;
    this.expire();
    const path = request.url.slice(prefix.length);
    const kind = request.routeOptions.config.kind ?? 'read';
    const hit = this.rules.filter((rule) => matches(rule, request.method, path, kind) && strikes(rule));
    if (hit.length === 0) return undefined;
    return { delayMs: hit.reduce((sum, rule) => sum + (rule.delayMs ?? 0), 0), effects: hit };
  }

  private expire(): void {
    const now = this.now();
    if (this.rules.some((rule) => rule.until !== undefined && rule.until <= now))
      this.rules = this.rules.filter((rule) => rule.until === undefined || rule.until > now);
  }
}

function matches(rule: Kept, method: string, path: string, kind: CallKind): boolean {
  const wanted = rule.match ?? {};
  if (wanted.path !== undefined && !path.startsWith(wanted.path)) return false;
  if (wanted.method !== undefined && wanted.method.toUpperCase() !== method) return false;
  const onlyWrites = rule.match === undefined && rule.dropAfterCommit !== undefined;
  const wantedKind = wanted.kind ?? (onlyWrites ? 'write' : undefined);
  return wantedKind === undefined || wantedKind === kind;
}

function strikes(rule: Kept): boolean {
  rule.seen += 1;
  if (rule.left() <= 0 || rule.seen <= (rule.skip ?? 0)) return false;
  if (rule.everyNth !== undefined && (rule.seen - (rule.skip ?? 0)) % rule.everyNth !== 0) return false;
  if (rule.rate !== undefined && rule.random() >= rule.rate) return false;
  rule.hits += 1;
  return true;
}
