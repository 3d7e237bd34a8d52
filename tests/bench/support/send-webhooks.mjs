import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'undici';

const nowMs = () => Number(process.hrtime.bigint()) / 1e6;

/** Sends webhooks, at most `concurrency` at a time. Resolves to the times of each: sent, answered. Any answer but 200 fails. */
export async function sendBurst(url, webhooks, concurrency) {
  const { origin, pathname } = new URL(url);
  const pool = new Pool(origin, { connections: concurrency, pipelining: 1 });
  const times = [];
  let next = 0;
  const worker = async () => {
    for (let webhook = webhooks[next++]; webhook; webhook = webhooks[next++])
      times.push(await send(pool, pathname, webhook));
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  await pool.close();
  return times;
}

/** Sends webhooks at an even pace, whatever the answers do. */
export async function sendSteadily(url, webhooks, perSecond) {
  const { origin, pathname } = new URL(url);
  const pool = new Pool(origin, { connections: 20, pipelining: 1 });
  const startMs = nowMs();
  const sent = [];
  for (const [place, webhook] of webhooks.entries()) {
    const waitMs = startMs + (place * 1000) / perSecond - nowMs();
    if (waitMs > 0) await sleep(waitMs);
    sent.push(send(pool, pathname, webhook));
  }
  const times = await Promise.all(sent);
  await pool.close();
  return times;
}

async function send(pool, path, webhook) {
  const sentAtMs = nowMs();
  const answer = await pool.request({ method: 'POST', path, headers: webhook.headers, body: webhook.body });
  const text = await answer.body.text();
  if (answer.statusCode !== 200)
    throw new Error(`The webhook ${webhook.index} was answered with ${answer.statusCode}: ${text}`);
  return { index: webhook.index, sentAtMs, answeredAtMs: nowMs() };
}
