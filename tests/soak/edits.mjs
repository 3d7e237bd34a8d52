import { setTimeout as sleep } from 'node:timers/promises';

const EDIT_EVERY_MS = 40;
const ORDER_EVERY = 25;
const SKU = 'CUP-350-W';

/** Edits customers on both sides and places orders in the CRM until stopped. `expected` holds what only one side ever says. */
export function startEdits({ sandbox, postgres }, random) {
  const counts = { crm: 0, erp: 0, orders: 0 };
  const expected = { phones: new Map(), limits: new Map(), orders: [] };
  let running = true;
  const work = run();
  async function run() {
    const customers = await linkedCustomers(postgres);
    if (customers.length === 0) throw new Error('The first sync linked no customers.');
    for (let turn = 0; running; turn += 1) {
      const customer = customers[Math.floor(random() * customers.length)];
      if (turn % ORDER_EVERY === ORDER_EVERY - 1) placeOrder(turn);
      else if (random() < 0.5) editCrm(customer, turn);
      else editErp(customer, turn);
      await sleep(EDIT_EVERY_MS);
    }
  }
  function editCrm(customer, turn) {
    counts.crm += 1;
    const set = { mobilephone: `135${String(10_000_000 + turn)}` };
    if (random() < 0.3) set.erp_note = `crm ${turn}`;
    sandbox.hubspot.edit({ type: 'contacts', id: customer.crm, set });
    expected.phones.set(customer.record, set.mobilephone);
  }
  function editErp(customer, turn) {
    counts.erp += 1;
    const set = { credit_limit: String(1_000 + turn) };
    if (random() < 0.3) set.remark = `erp ${turn}`;
    sandbox.kingdee.edit({ type: 'customer', id: customer.erp, set });
    expected.limits.set(customer.record, set.credit_limit);
  }
  function placeOrder(turn) {
    counts.orders += 1;
    const name = `SOAK-${turn}`;
    sandbox.hubspot.actions.order({
      email: 'wang.xiaoming@example.com',
      name,
      lines: [{ sku: SKU, quantity: String(1 + (turn % 3)) }],
    });
    expected.orders.push(name);
  }
  return {
    counts,
    expected,
    stop: async () => {
      running = false;
      await work;
    },
  };
}

/** People that are in both systems: organisations have no phone of their own there. */
async function linkedCustomers(postgres) {
  return postgres.rows(`
    select c.record_id as record, c.native_id as crm, e.native_id as erp
    from replica c join replica e on e.record_id = c.record_id and e.connection_id = 'erp'
    where c.connection_id = 'crm' and c.stream = 'contacts' and c.native_id is not null and e.native_id is not null
    order by c.record_id`);
}

const digits = (text) =>
  String(text ?? '')
    .replaceAll(/\D/g, '')
    .slice(-11);
const amount = (text) => Number(text ?? 0);

/**
 * What is missing, doubled or wrong at the far sides against the ledger, and against what was said. All zero = the promise was kept.
 * `examples` names the first findings.
 */
export async function compareSides({ sandbox, postgres }, expected) {
  const bodies = await postgres.rows(`select id, body from record where entity = 'customer'`);
  const sides = {
    records: new Map(bodies.map((row) => [row.id, row.body])),
    crm: new Map(sandbox.hubspot.records('contacts').map((row) => [row.id, row.properties])),
    erp: new Map([...sandbox.kingdee.books.customers.all()].map((entry) => [entry.id, entry.row])),
  };
  const customers = await linkedCustomers(postgres);
  const pairs = customers.flatMap((customer) => valuePairs(customer, sides, expected));
  const wrong = pairs.filter(([, found, wanted]) => found !== wanted);
  const orders = JSON.stringify([...sandbox.kingdee.books.orders.all()].map((entry) => entry.row)).split('"');
  const missing = expected.orders.filter((name) => !orders.includes(name));
  const dead = await postgres.rows(`
    select 'dead delivery to ' || connection_id as what, record_id::text as id, failure->>'code' as code from replica where state = 'dead'
    union all select 'dead change of ' || connection_id, native_id, reason->>'code' from change where state = 'dead'`);
  return {
    customers: customers.length,
    orders: expected.orders.length,
    missing: missing.length,
    doubled: await doubledOrders(sandbox, postgres),
    wrong: wrong.length,
    dead: dead.length,
    examples: [
      ...wrong,
      ...missing.map((name) => ['order not in the ERP', name]),
      ...dead.map(({ what, id, code }) => [what, id, code]),
    ].slice(0, 20),
  };
}

/** What has to be equal for one customer: [what, found, wanted]. */
function valuePairs({ record, crm, erp }, sides, expected) {
  const [contact, customer, body] = [sides.crm.get(crm), sides.erp.get(erp), sides.records.get(record)];
  if (!contact || !customer || !body) return [[`customer ${record} on both sides`, false, true]];
  const phone = digits(body.contactPoints?.find((point) => point.kind === 'mobile')?.value);
  const limit = amount(customer.fields.credit_limit);
  return [
    [`phone of the record ${record}`, phone, expected.phones.get(record) ?? phone],
    [`phone in the CRM of ${record}`, digits(contact.mobilephone), phone],
    [`phone in the ERP of ${record}`, digits(customer.contacts[0]?.mobile), phone],
    [`limit in the ERP of ${record}`, limit, amount(expected.limits.get(record) ?? limit)],
    [`limit in the CRM of ${record}`, amount(contact.credit_limit), limit],
    [`note of ${record}`, contact.erp_note ?? '', customer.fields.remark ?? ''],
  ];
}

/** Documents of the ERP beyond those that the ledger knows: every one stands for an order that was written twice. */
async function doubledOrders(sandbox, postgres) {
  const known = await postgres.rows(
    `select count(distinct native_id)::int as n from replica where connection_id = 'erp' and entity = 'order' and native_id is not null`,
  );
  return [...sandbox.kingdee.books.orders.all()].length - known[0].n;
}
