import { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { CallLog } from './calls.js';
import { asText } from './json.js';
import type { FaultBook, FaultPlan, FaultRule } from './faults.js';

declare module 'fastify' {
  interface FastifyRequest {
    faultPlan?: FaultPlan;
  }
}

/** What the hooks need to know about a far side. */
export interface Misbehaving {
  readonly prefix: string;
  readonly faults: FaultBook;
  readonly calls: CallLog;
  now(): number;
  /** The body with which this kind of system reports a failure. */
  errorBody(status: number): unknown;
}

const LOGIN_PAGE = '<!doctype html><html><head><title>Sign in</title></head><body><form>Password</form></body></html>';

/** Counts every call of the scope and lets the planned faults happen. */
export function misbehave(scope: FastifyInstance, system: Misbehaving): void {
  scope.addHook('onRequest', (request, reply, done) => {
    system.calls.arrived(request, system.now());
    const plan = system.faults.plan(request, system.prefix);
    if (plan === undefined) {
      done();
      return;
    }
    request.faultPlan = plan;
    void before(request, reply, plan, system).then((goOn) => goOn && done());
  });
  scope.addHook('onSend', (request, reply, payload, done) => {
    const plan = request.faultPlan;
    const rest = plan === undefined ? undefined : after(plan, reply);
    if (rest === undefined) {
      system.calls.answered(request, String(reply.statusCode), system.now());
      noteRetryAfter(reply, system);
      done(null, payload);
      return;
    }
    if (rest.dropAfterCommit !== undefined) {
      system.calls.answered(request, 'dropped', system.now());
      request.raw.socket.destroy();
      done(null, payload);
      return;
    }
    system.calls.answered(request, String(reply.statusCode), system.now());
    done(null, spoiled(rest, reply, asText(payload)));
  });
}

async function before(request: FastifyRequest, reply: FastifyReply, plan: FaultPlan, system: Misbehaving) {
  if (plan.delayMs > 0) await wait(plan.delayMs);
  const rule = plan.effects.find(
    (effect) =>
      effect.down === true ||
      effect.dropBeforeCommit === true ||
      effect.status !== undefined ||
      effect.htmlLogin === true ||
      effect.errorBodyWith200 !== undefined,
  );
  if (rule === undefined) return true;
  if (rule.down === true || rule.dropBeforeCommit === true) {
    system.calls.answered(request, 'dropped', system.now());
    reply.hijack();
    request.raw.socket.destroy();
    return false;
  }
  if (rule.htmlLogin === true) void reply.code(200).type('text/html').send(LOGIN_PAGE);
  else if (rule.status !== undefined) refuse(reply, rule, rule.status, system);
  else {
    const body = rule.errorBodyWith200 === true ? system.errorBody(500) : rule.errorBodyWith200;
    void reply.code(200).type('application/json').send(JSON.stringify(body));
  }
  return false;
}

function refuse(reply: FastifyReply, rule: FaultRule, status: number, system: Misbehaving): void {
  if (rule.retryAfter !== undefined) void reply.header('retry-after', String(rule.retryAfter));
  if (rule.retryAfterDateSeconds !== undefined)
    void reply.header('retry-after', new Date(system.now() + rule.retryAfterDateSeconds * 1_000).toUTCString());
  const body = rule.body ?? system.errorBody(status);
  void reply
    .code(status)
    .type('application/json')
    .send(typeof body === 'string' ? body : JSON.stringify(body));
}

/** The effect that spoils an answer of work that was done. A refusal commits nothing, so it neither is cut nor counts. */
function after(plan: FaultPlan, reply: FastifyReply): FaultRule | undefined {
  return plan.effects.find((effect) => {
    if (effect.dropAfterCommit === undefined) return effect.truncate === true || effect.drip !== undefined;
    if (reply.statusCode < 400) return true;
    effect.hits -= 1;
    return false;
  });
}

function spoiled(rule: FaultRule, reply: FastifyReply, payload: string): Buffer | Readable {
  const bytes = Buffer.from(payload);
  if (rule.drip === undefined) {
    reply.removeHeader('content-length');
    return bytes.subarray(0, Math.floor(bytes.length / 2));
  }
  const { bytes: size, everyMs } = rule.drip;
  reply.header('content-length', bytes.length);
  return Readable.from(drops(bytes, Math.max(1, size), everyMs));
}

async function* drops(bytes: Buffer, size: number, everyMs: number): AsyncIterableIterator<Buffer> {
  for (let start = 0; start < bytes.length; start += size) {
    if (start > 0) await wait(everyMs);
    yield bytes.subarray(start, start + size);
  }
}

/** Remembers until when the caller was asked to stay away, whoever asked. */
function noteRetryAfter(reply: FastifyReply, system: Misbehaving): void {
  if (reply.statusCode !== 429 && reply.statusCode !== 503) return;
  const header = reply.getHeader('retry-after');
  if (header === undefined) return;
  const seconds = Number(header);
  const until = Number.isNaN(seconds) ? Date.parse(String(header)) : system.now() + seconds * 1_000;
  if (!Number.isNaN(until)) system.calls.toldToWait(system.now(), until);
}
