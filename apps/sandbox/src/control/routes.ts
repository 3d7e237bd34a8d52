import type { FastifyInstance } from 'fastify';
import { ControlError, type Edit, type FarSide } from '../far-side.js';
import { asObject, asText, type JsonObject } from '../wire/json.js';
import type { FaultRule } from '../wire/faults.js';
import { onlyLoopback } from './loopback.js';

interface SystemPath {
  Params: { system: string };
}
interface RecordsPath {
  Params: { system: string; type: string };
}
interface FaultPath {
  Params: { system: string; id: string };
}
interface ActionPath {
  Params: { system: string; action: string };
}

const RULE_MEMBERS = [
  'match',
  'skip',
  'everyNth',
  'rate',
  'seed',
  'times',
  'forMs',
  'delayMs',
  'status',
  'retryAfter',
  'retryAfterDateSeconds',
  'body',
  'dropAfterCommit',
  'bulkItems',
  'dropBeforeCommit',
  'down',
  'errorBodyWith200',
  'htmlLogin',
  'truncate',
  'drip',
];

/** Adds the control surface: everything a test, a benchmark or a demonstration wants to make happen. */
export function controlRoutes(scope: FastifyInstance, systems: readonly FarSide[]): void {
  const named = (params: { system: string }): FarSide => {
    const system = systems.find((item) => item.name === params.system);
    if (system === undefined) throw new ControlError(404, `no system "${params.system}"`);
    return system;
  };
  scope.addHook('onRequest', (request, _reply, done) => {
    onlyLoopback(request);
    done();
  });
  scope.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
    try {
      done(null, String(body) === '' ? {} : JSON.parse(String(body)));
    } catch {
      done(new ControlError(400, 'the body is not JSON'));
    }
  });
  scope.setErrorHandler(
    (error: Error & { status?: number; statusCode?: number; body?: () => unknown }, _request, reply) => {
      const status = error.status ?? error.statusCode ?? 500;
      const detail = typeof error.body === 'function' ? { detail: error.body() } : {};
      return reply.code(status < 400 ? 400 : status).send({ error: error.message, ...detail });
    },
  );

  scope.get('/systems', () => ({ systems: systems.map(describe) }));
  scope.post('/seed', () => {
    for (const system of systems) if (system.name !== 'rest') system.seed();
    return { systems: systems.map(describe) };
  });
  scope.post('/reset', async () => {
    for (const system of systems) await system.reset();
    return { systems: systems.map(describe) };
  });
  scope.post('/clock', ({ body }) => {
    const ms = advanceOf(body);
    for (const system of systems) system.clock.advance(ms);
    return { systems: systems.map((system) => ({ name: system.name, now: system.clock.now() })) };
  });
  scope.post('/settled', async () => {
    await Promise.all(systems.map((system) => system.webhooks.settled()));
    return { settled: true };
  });

  faultRoutes(scope, named);

  scope.get<SystemPath>('/:system', ({ params }) => describe(named(params)));
  scope.get<SystemPath>('/:system/calls', ({ params }) => named(params).calls.report());
  scope.delete<SystemPath>('/:system/calls', ({ params }, reply) => {
    named(params).calls.clear();
    return reply.code(204).send();
  });
  scope.get<RecordsPath>('/:system/records/:type', ({ params }) => ({ records: named(params).records(params.type) }));
  scope.post<SystemPath>('/:system/edit', ({ params, body }) => ({ record: named(params).edit(editOf(body)) ?? null }));
  scope.post<SystemPath>('/:system/seed', ({ params }) => {
    named(params).seed();
    return describe(named(params));
  });
  scope.post<SystemPath>('/:system/generate', ({ params, body }) => {
    const { type, count, seed, webhooks } = asObject(body);
    if (asText(type) === '' || !Number.isInteger(count) || Number(count) < 0)
      throw new ControlError(400, 'type and count are needed');
    const request = { type: asText(type), count: Number(count), seed: Number(seed ?? 1), webhooks: webhooks === true };
    return { generated: named(params).generate(request) };
  });
  scope.get<SystemPath>('/:system/webhooks', ({ params }) => ({
    settings: named(params).webhooks.settings,
    report: named(params).webhooks.report,
  }));
  scope.post<SystemPath>('/:system/webhooks', ({ params, body }) => {
    named(params).configure({ webhooks: asObject(body) });
    return { settings: named(params).webhooks.settings };
  });
  scope.get<SystemPath>('/:system/settings', ({ params }) => named(params).settings);
  scope.post<SystemPath>('/:system/settings', ({ params, body }) => {
    named(params).configure({ settings: asObject(body) });
    return named(params).settings;
  });
  scope.post<SystemPath>('/:system/clock', ({ params, body }) => {
    named(params).clock.advance(advanceOf(body));
    return { now: named(params).clock.now() };
  });
  scope.post<SystemPath>('/:system/reset', async ({ params }) => {
    await named(params).reset();
    return describe(named(params));
  });
  scope.post<ActionPath>('/:system/actions/:action', ({ params, body }) => {
    const action = named(params).actions[params.action];
    if (action === undefined) throw new ControlError(404, `${params.system} has no action "${params.action}"`);
    return { result: action(asObject(body)) ?? null };
  });
}

function faultRoutes(scope: FastifyInstance, named: (params: { system: string }) => FarSide): void {
  scope.get<SystemPath>('/:system/faults', ({ params }) => ({ faults: named(params).faults.list() }));
  scope.post<SystemPath>('/:system/faults', ({ params, body }, reply) =>
    reply.code(201).send(named(params).faults.add(ruleOf(asObject(body)))),
  );
  scope.delete<SystemPath>('/:system/faults', ({ params }, reply) => {
    named(params).faults.clear();
    return reply.code(204).send();
  });
  scope.delete<FaultPath>('/:system/faults/:id', ({ params }, reply) => {
    named(params).faults.clear(params.id);
    return reply.code(204).send();
  });
}

function describe(system: FarSide) {
  return {
    name: system.name,
    path: `/${system.name}`,
    now: system.clock.now(),
    records: system.types(),
    faults: system.faults.list().length,
    webhookUrl: system.webhooks.settings.url,
    actions: Object.keys(system.actions),
  };
}

function ruleOf(body: JsonObject): FaultRule {
  const unknown = Object.keys(body).find((name) => !RULE_MEMBERS.includes(name));
  if (unknown !== undefined) throw new ControlError(400, `a fault has no member "${unknown}"`);
  return body as FaultRule;
}

function editOf(body: unknown): Edit {
  const edit = asObject(body);
  if (asText(edit['type']) === '') throw new ControlError(400, 'type is needed');
  return edit as unknown as Edit;
}

function advanceOf(body: unknown): number {
  const { advanceMs } = asObject(body);
  if (typeof advanceMs !== 'number' || !Number.isFinite(advanceMs)) throw new ControlError(400, 'advanceMs is needed');
  return advanceMs;
}
