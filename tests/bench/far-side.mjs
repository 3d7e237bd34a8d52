/**
 * The far sides, in a process of their own: a CRM that is read page by page, and an ERP that takes orders one by one and customers in
 * bulk. Plain `node:http`, so that it costs as little as a far side can. Told what to do over the channel to its parent.
 */
import { createServer } from 'node:http';
import { crmCustomer, erpCustomer, indexOfErpCustomer } from './support/customers.mjs';
import { erpOrder, indexOfErpOrder, shopOrder } from './support/orders.mjs';

const KINDS = {
  orders: { indexOf: indexOfErpOrder, expected: (index) => erpOrder(shopOrder(index)) },
  customers: { indexOf: indexOfErpCustomer, expected: (index) => erpCustomer(crmCustomer(index)) },
};

const nowMs = () => Number(process.hrtime.bigint()) / 1e6;

let served = 0;
let firstPageAtMs = 0;
let received = new Map();
let answers = new Map();
let repeats = 0;
/** What a reader of the ERP is shown. */
let held = [];
/** What the parent waits for. */
let watched;

/** Which things of a kind have arrived. */
const arrived = { orders: new Set(), customers: new Set() };

function reset(customers) {
  served = customers;
  firstPageAtMs = 0;
  received = new Map();
  answers = new Map();
  repeats = 0;
  arrived.orders.clear();
  arrived.customers.clear();
}

function take(kind, thing, atMs) {
  const index = KINDS[kind].indexOf(thing);
  const name = `${kind} ${index}`;
  const known = received.get(name);
  if (known) known.times += 1;
  else received.set(name, { atMs, times: 1, thing });
  arrived[kind].add(index);
  tellIfArrived();
  return String(1_000_000 + index);
}

function tellIfArrived() {
  if (!watched || arrived[watched.kind].size < watched.count) return;
  process.send({ id: watched.id, arrived: true });
  watched = undefined;
}

/** The same key gets the same answer and has no second effect, as a far side with idempotency keys does it. */
function once(key, work) {
  const known = key === undefined ? undefined : answers.get(key);
  if (known !== undefined) {
    repeats += 1;
    return known;
  }
  const answer = work();
  if (key !== undefined) answers.set(key, answer);
  return answer;
}

function createOrder(request, body, atMs) {
  const order = JSON.parse(body);
  return once(request.headers['idempotency-key'], () => JSON.stringify({ id: take('orders', order, atMs) }));
}

/** Customers are recognised by the request id inside each; the floor sends none. */
function createCustomer(item, atMs) {
  return once(item.request_id, () => take('customers', item, atMs));
}

function createCustomers(body, atMs) {
  const { items } = JSON.parse(body);
  return JSON.stringify({ results: items.map((item, index) => ({ index, id: createCustomer(item, atMs) })) });
}

/** `{ items, next }`: pages by cursor, in the order of change; `next` is null on the last page. */
function page(url) {
  if (firstPageAtMs === 0) firstPageAtMs = nowMs();
  const size = Number(url.searchParams.get('limit') ?? 200);
  const since = Date.parse(url.searchParams.get('updatedSince') ?? '1970-01-01T00:00:00Z');
  let from = Number(url.searchParams.get('cursor') || 0);
  if (from === 0 && since > 0) from = Math.max(0, Math.ceil((since - Date.UTC(2026, 0, 1)) / 1000));
  const to = Math.min(from + size, served);
  const items = [];
  for (let index = from; index < to; index += 1) items.push(crmCustomer(index));
  return JSON.stringify({ items, next: to < served ? String(to) : null });
}

/** What the ERP holds, in the order in which it came, as `page` gives it. */
function erpPage(url) {
  const size = Number(url.searchParams.get('limit') ?? 200);
  const from = Number(url.searchParams.get('cursor') || 0);
  if (from === 0) held = [...received.values()].map(({ thing }) => thing);
  const items = held
    .slice(from, from + size)
    .map(({ request_id: _key, ...thing }) => ({ id: String(1_000_000 + indexOfErpCustomer(thing)), ...thing }));
  return JSON.stringify({ items, next: from + size < held.length ? String(from + size) : null });
}

const server = createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    const [status, text] = answerTo(request, Buffer.concat(chunks));
    response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
    response.end(text);
  });
});
server.keepAliveTimeout = 60_000;

function answerTo(request, body) {
  const atMs = nowMs();
  const url = new URL(request.url, 'http://far-side');
  try {
    if (request.method === 'POST' && url.pathname === '/orders') return [201, createOrder(request, body, atMs)];
    if (request.method === 'POST' && url.pathname === '/customers/bulk') return [200, createCustomers(body, atMs)];
    if (request.method === 'POST' && url.pathname === '/customers')
      return [201, JSON.stringify({ id: createCustomer(JSON.parse(body), atMs) })];
    if (request.method === 'GET' && url.pathname === '/customers') return [200, page(url)];
    if (request.method === 'GET' && url.pathname === '/erp-customers') return [200, erpPage(url)];
  } catch (error) {
    return [400, JSON.stringify({ error: { message: error.message } })];
  }
  return [404, JSON.stringify({ error: { message: `${request.method} ${url.pathname} is not offered here` } })];
}

/** What arrived, against what should have: everything once, with the right content. */
function check(kind, first, count) {
  const found = {
    missing: 0,
    doubled: 0,
    wrong: 0,
    unexpected: received.size - count,
    repeats,
    firstPageAtMs,
    atMs: [],
    example: undefined,
  };
  for (let index = first; index < first + count; index += 1) {
    const entry = received.get(`${kind} ${index}`);
    found.atMs.push(entry?.atMs ?? null);
    if (!entry) found.missing += 1;
    else if (entry.times > 1) found.doubled += 1;
    else {
      const difference = differenceOf(entry.thing, KINDS[kind].expected(index));
      if (difference) found.wrong += 1;
      found.example ??= difference;
    }
  }
  found.unexpected += found.missing;
  return found;
}

/**
 * The first field that hand-written code would have sent and that is not there with the same value; undefined = all are. Amounts may be
 * written with or without trailing zeros.
 */
function differenceOf(thing, expected, path = '') {
  if (typeof expected !== 'object' || expected === null) {
    return sameScalar(thing, expected)
      ? undefined
      : `${path}: ${JSON.stringify(thing)} in place of ${JSON.stringify(expected)}`;
  }
  for (const [name, value] of Object.entries(expected)) {
    const difference = differenceOf(thing?.[name], value, `${path}/${name}`);
    if (difference) return difference;
  }
  return undefined;
}

const AMOUNT = /^\d+\.\d+$/;

function sameScalar(one, other) {
  if (String(one) === String(other)) return true;
  return AMOUNT.test(other) && Number(one) === Number(other);
}

process.on('message', (message) => {
  const { id, kind, first, count } = message;
  switch (message.do) {
    case 'reset':
      reset(message.customers);
      return void process.send({ id });
    case 'wait':
      watched = { id, kind, count };
      return tellIfArrived();
    case 'count':
      return void process.send({ id, count: arrived[kind].size });
    case 'check':
      return void process.send({ id, check: check(kind, first, count) });
  }
});
process.on('disconnect', () => process.exit(0));

server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
