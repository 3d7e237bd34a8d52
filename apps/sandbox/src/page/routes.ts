import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { onlyLoopback } from '../control/loopback.js';
import { ControlError } from '../far-side.js';
import type { HubspotSystem } from '../hubspot/system.js';
import type { KingdeeSystem } from '../kingdee/system.js';
import { asObject, asText } from '../wire/json.js';
import { renderPage } from './page.js';
import { html } from './text.js';

const MINUTE_MS = 60_000;

/** Adds the page at `/` and what its forms do. */
export function pageRoutes(scope: FastifyInstance, crm: HubspotSystem, erp: KingdeeSystem): void {
  scope.addHook('onRequest', (request, _reply, done) => {
    onlyLoopback(request);
    done();
  });
  scope.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) =>
    done(null, Object.fromEntries(new URLSearchParams(String(body)))),
  );
  scope.setErrorHandler((error: Error & { status?: number }, _request, reply) => {
    const status = error.status ?? 500;
    return reply
      .code(status < 400 ? 400 : status)
      .type('text/html; charset=utf-8')
      .send(
        html`<!doctype html><meta charset="utf-8" /><title>沙箱 Sandbox</title>
          <p>${error.message}</p>
          <p><a href="/">返回 Back</a></p>`.text,
      );
  });

  scope.get('/', (_request, reply) => reply.type('text/html; charset=utf-8').send(renderPage(crm, erp)));
  scope.post('/do/order', (request, reply) => {
    crm.actions['order']?.(asObject(request.body));
    return back(reply);
  });
  scope.post('/do/seed', (_request, reply) => {
    for (const system of [crm, erp]) if (Object.values(system.types()).every((count) => count === 0)) system.seed();
    return back(reply);
  });
  scope.post('/do/erp-down', (_request, reply) => {
    erp.faults.add({ down: true, forMs: MINUTE_MS });
    return back(reply);
  });
  scope.post('/do/erp-up', (_request, reply) => {
    erp.faults.add({ down: false });
    return back(reply);
  });
  scope.post('/do/edit', (request, reply) => {
    edit(request, crm, erp);
    return back(reply);
  });
}

function edit(request: FastifyRequest, crm: HubspotSystem, erp: KingdeeSystem): void {
  const form = asObject(request.body);
  const [type, id, field] = [asText(form['type']), asText(form['id']), asText(form['field'])];
  const set = { [field]: asText(form['value']) };
  if (form['system'] === 'hubspot') crm.edit({ type, id, set });
  else if (type === 'inventory') {
    const [materialId = '', stockId = ''] = id.split('-');
    erp.edit({ type, set: { ...set, material_id: materialId, stock_id: stockId } });
  } else if (form['system'] === 'kingdee') erp.edit({ type, id, set });
  else throw new ControlError(400, 'no such system');
}

function back(reply: FastifyReply) {
  return reply.code(303).header('location', '/').send();
}
