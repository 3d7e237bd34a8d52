/**
 * The floor: the least that a process can do which takes the same webhooks, loses none of them, and writes the same orders; and which
 * pulls the same pages, keeps them, and writes the same customers. Hand-written mapping, an append-only journal with fdatasync, undici.
 * No dedupe, no merge, no retry, no history: what the hub does beyond that is what the ratio shows.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { fdatasync, openSync, write } from 'node:fs';
import { createServer } from 'node:http';
import { promisify } from 'node:util';
import { Pool } from 'undici';
import { erpCustomer } from './support/customers.mjs';
import { erpOrder, WEBHOOK_SECRET } from './support/orders.mjs';

const [, , farSide, journalFile, commit = 'group'] = process.argv;
const CALLS_AT_ONCE = 8;
const PAGE = 200;

const journal = openSync(journalFile, 'a');
const append = promisify(write);
const sync = promisify(fdatasync);
const erp = new Pool(farSide, { connections: CALLS_AT_ONCE, pipelining: 1 });

const waiting = [];
let flushing = false;

/** Resolves when the text is on disk. Texts that wait together share one fdatasync, unless every event is to have its own. */
function keep(text) {
  return new Promise((kept, failed) => {
    waiting.push({ text, kept, failed });
    if (!flushing) void flush();
  });
}

async function flush() {
  flushing = true;
  while (waiting.length > 0) {
    const batch = waiting.splice(0, commit === 'group' ? waiting.length : 1);
    try {
      await append(journal, batch.map(({ text }) => text).join(''));
      await sync(journal);
      for (const { kept } of batch) kept();
    } catch (error) {
      for (const { failed } of batch) failed(error);
    }
  }
  flushing = false;
}

function isSigned(request, body) {
  const given = Buffer.from(String(request.headers['x-signature']));
  const expected = Buffer.from(`sha256=${createHmac('sha256', WEBHOOK_SECRET).update(body).digest('hex')}`);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

async function post(path, key, body) {
  const headers = { 'content-type': 'application/json', 'idempotency-key': key };
  const answer = await erp.request({ method: 'POST', path, headers, body: JSON.stringify(body) });
  await answer.body.dump();
  if (answer.statusCode > 299) throw new Error(`The far side answered ${answer.statusCode} to ${path}.`);
}

async function receive(request, response, body) {
  if (!isSigned(request, body)) return void response.writeHead(401).end();
  const text = body.toString('utf8');
  const order = JSON.parse(text);
  await keep(`${text}\n`);
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': 2 }).end('{}');
  await post('/orders', order.id, erpOrder(order));
}

/** The plain way: a page is kept and written before the next one is asked for. */
async function pullInTurn() {
  for (let cursor = ''; cursor !== null;) {
    const { text, page } = await getPage(cursor);
    await keep(`${text}\n`);
    await postPage(page);
    cursor = page.next;
  }
}

/** The strong way: the next page is asked for while the last ones are still being written; at most eight bulk calls at a time. */
async function pullAhead() {
  const writes = new Set();
  let next = getPage('');
  for (let cursor = ''; cursor !== null;) {
    const { text, page } = await next;
    cursor = page.next;
    if (cursor !== null) next = getPage(cursor);
    await keep(`${text}\n`);
    if (writes.size >= CALLS_AT_ONCE) await Promise.race(writes);
    const done = postPage(page).finally(() => writes.delete(done));
    writes.add(done);
  }
  await Promise.all(writes);
}

function postPage(page) {
  return post('/customers/bulk', `page-${page.items[0]?.id}`, { items: page.items.map(erpCustomer) });
}

async function getPage(cursor) {
  const answer = await erp.request({ method: 'GET', path: `/customers?limit=${PAGE}&cursor=${cursor}` });
  const text = await answer.body.text();
  return { text, page: JSON.parse(text) };
}

const server = createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    receive(request, response, Buffer.concat(chunks)).catch((error) => {
      console.error(error);
      process.exit(1);
    });
  });
});
server.keepAliveTimeout = 60_000;

process.on('message', (message) => {
  if (message.do !== 'pull') return;
  const pull = message.ahead ? pullAhead : pullInTurn;
  pull().then(
    () => process.send({ id: message.id }),
    (error) => {
      console.error(error);
      process.exit(1);
    },
  );
});
process.on('disconnect', () => process.exit(0));

server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
