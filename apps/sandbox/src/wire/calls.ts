import type { FastifyRequest } from 'fastify';

/** What a route does, for the totals. Routes declare it as `config.kind`. */
export type CallKind = 'read' | 'write' | 'auth';

declare module 'fastify' {
  interface FastifyContextConfig {
    kind?: CallKind;
  }
  interface FastifyRequest {
    callRoute?: string;
  }
}

interface RouteCount {
  count: number;
  tooEarly: number;
  /** Answers by HTTP status; `dropped` = no answer was given. */
  answers: Record<string, number>;
}

/** Counts of one far side since the last reset. */
export interface CallReport {
  readonly total: number;
  readonly reads: number;
  readonly writes: number;
  readonly auth: number;
  /** Calls that came before an announced Retry-After was over. */
  readonly tooEarly: number;
  readonly routes: Record<string, RouteCount>;
  /** What the writes did, per kind of record: created, updated, unchanged, removed, refused. */
  readonly effects: Record<string, Record<string, number>>;
  /** The newest calls, oldest first: moment, method and URL, answer. */
  readonly recent: readonly { at: number; call: string; answer: string }[];
}

const NAMED = /:(type|collection|from|to)\b/g;
/** A call that was on its way while the 429 was being answered is not too early. */
const IN_FLIGHT_MS = 25;
const RECENT = 200;

/** Counts the calls to one far side and what they did. */
export class CallLog {
  private totals = { total: 0, reads: 0, writes: 0, auth: 0, tooEarly: 0 };
  private routes = new Map<string, RouteCount>();
  private effects: Record<string, Record<string, number>> = {};
  private recent: { at: number; call: string; answer: string }[] = [];
  private pause: { from: number; until: number } | undefined;
  private muted = false;

  /** Takes a call that has arrived. */
  arrived(request: FastifyRequest, now: number): void {
    const route = routeOf(request);
    request.callRoute = route;
    const kind = request.routeOptions.config.kind ?? 'read';
    this.totals.total += 1;
    this.totals[kind === 'write' ? 'writes' : kind === 'auth' ? 'auth' : 'reads'] += 1;
    const count = this.route(route);
    count.count += 1;
    if (this.pause !== undefined && now > this.pause.from + IN_FLIGHT_MS && now < this.pause.until) {
      this.totals.tooEarly += 1;
      count.tooEarly += 1;
    }
  }

  /** Takes the answer: a status, or `dropped`. */
  answered(request: FastifyRequest, answer: string, now: number): void {
    const { answers } = this.route(request.callRoute ?? routeOf(request));
    answers[answer] = (answers[answer] ?? 0) + 1;
    this.recent.push({ at: now, call: `${request.method} ${request.url}`, answer });
    if (this.recent.length > 2 * RECENT) this.recent = this.recent.slice(-RECENT);
  }

  /** The caller was told not to come back before this moment. */
  toldToWait(now: number, until: number): void {
    if (this.pause === undefined || until > this.pause.until) this.pause = { from: now, until };
  }

  /** Runs something that is not a call: its effects are not counted. */
  aside<Result>(run: () => Result): Result {
    const before = this.muted;
    this.muted = true;
    try {
      return run();
    } finally {
      this.muted = before;
    }
  }

  /** One record was written through the API, or not. */
  effect(type: string, what: 'created' | 'updated' | 'unchanged' | 'removed' | 'refused'): void {
    if (this.muted) return;
    const counts = (this.effects[type] ??= {});
    counts[what] = (counts[what] ?? 0) + 1;
  }

  report(): CallReport {
    return {
      ...this.totals,
      routes: Object.fromEntries(this.routes),
      effects: this.effects,
      recent: this.recent.slice(-RECENT),
    };
  }

  clear(): void {
    this.totals = { total: 0, reads: 0, writes: 0, auth: 0, tooEarly: 0 };
    this.routes = new Map();
    this.effects = {};
    this.recent = [];
  }

  private route(route: string): RouteCount {
    let count = this.routes.get(route);
    if (count === undefined) {
      count = { count: 0, tooEarly: 0, answers: {} };
      this.routes.set(route, count);
    }
    return count;
  }
}

function routeOf(request: FastifyRequest): string {
  const url = request.routeOptions.url;
  if (url === undefined) return `${request.method} (unknown path)`;
  const params = request.params as Record<string, string> | undefined;
  const path = url.replace(/^\/[^/]+/, '').replace(NAMED, (whole, name: string) => params?.[name] ?? whole);
  return `${request.method} ${path}`;
}
