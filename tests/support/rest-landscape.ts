/** How a target takes creates: how a repetition is recognised there, one by one or in bulk. */
export type TargetKind = 'header' | 'lookup' | 'bulk' | 'bulk-all-or-nothing';

/** Manifest of the shop: it is read, and tells by signed webhooks that carry whole rows. */
export function shopManifest(port: number, secret: string): object {
  const stream = (collection: string): object => ({
    title: { en: collection, zh: collection },
    schema: { type: 'object' },
    key: 'id',
    modifiedAt: 'updatedAt',
    read: {
      path: `/${collection}`,
      rowsAt: 'items',
      paging: { kind: 'cursor', param: 'cursor', nextAt: 'next', sizeParam: 'limit', size: 100 },
      since: { param: 'updatedSince', overlapSeconds: 1 },
      pollSeconds: 3_600,
    },
    fetch: { path: `/${collection}/{id}` },
  });
  return {
    baseUrl: `http://127.0.0.1:${port}/rest`,
    auth: { kind: 'bearer' },
    token: 'sandbox-rest-token',
    streams: { customers: stream('customers'), orders: stream('orders') },
    webhook: {
      eventIdHeader: 'X-Event-Id',
      hmac: {
        header: 'X-Signature',
        prefix: 'sha256=',
        timestampHeader: 'X-Timestamp',
        timestampUnit: 'milliseconds',
        joinedBy: '.',
      },
      streamAt: 'collection',
      rowAt: 'data',
      occurredAt: 'occurredAt',
      deleteWhen: { at: 'type', equals: ['customers.deleted', 'orders.deleted'] },
    },
    webhookSecret: secret,
  };
}

/** Manifest of a target that writes the collection named as its connection. */
export function targetManifest(port: number, collection: string, kind: TargetKind): object {
  return {
    baseUrl: `http://127.0.0.1:${port}/rest`,
    auth: { kind: 'bearer' },
    token: 'sandbox-rest-token',
    limits: { requestsPerSecond: 400, burst: 400, concurrency: 8, timeoutMs: 1_000 },
    answers: { messageAt: 'error.message', fieldAt: 'error.field' },
    streams: { clients: writeStream(collection, kind), invoices: writeStream(`${collection}-invoices`, 'header') },
  };
}

function writeStream(collection: string, kind: TargetKind): object {
  const isBulk = kind === 'bulk' || kind === 'bulk-all-or-nothing';
  const bulk = {
    path: `/${collection}/bulk`,
    itemsAt: 'items',
    resultsAt: 'results',
    idAt: 'id',
    errorAt: 'error.message',
    fieldAt: 'error.field',
    size: 200,
  };
  return {
    title: { en: collection, zh: collection },
    schema: { type: 'object' },
    key: 'id',
    modifiedAt: 'updatedAt',
    version: 'version',
    write: {
      create: { path: `/${collection}`, idAt: 'id', storedAt: '' },
      update: { path: `/${collection}/{id}`, storedAt: '' },
      remove: { path: `/${collection}/{id}` },
      ...(isBulk && { bulk: { ...bulk, allOrNothing: kind === 'bulk-all-or-nothing' } }),
      idempotency:
        kind === 'header'
          ? { header: 'Idempotency-Key' }
          : { lookup: { path: `/${collection}?externalId={recordId}`, rowsAt: 'items', field: 'externalId' } },
      concurrency: 8,
    },
  };
}

const CUSTOMER_RULES = `
  - { canonical: kind, constant: organization }
  - { canonical: displayName, native: name }
  - { canonical: organization.legalName, native: name, direction: in }
  - { canonical: customerNumber, native: number }
  - { canonical: 'contactPoints[kind=email].value', native: email, transform: email, canonicalExtras: { isPrimary: true } }
  - { canonical: 'contactPoints[kind=mobile].value', native: phone, transform: { phone: { country: CN } }, canonicalExtras: { isPrimary: true } }
  - { canonical: note, native: note }
`;

/** Customers of the shop. */
export const CUSTOMER_MAPPING = `
mapping: 1
stream: customers
entity: customer
title: { en: Customers, zh: 客户 }
rules:${CUSTOMER_RULES}`;

/** Customers of a target. A note that begins with "poison" makes the target refuse the document and name its field. */
export const CLIENT_MAPPING = `
mapping: 1
stream: clients
entity: customer
title: { en: Clients, zh: 客户 }
rules:${CUSTOMER_RULES}
  - { native: poison, constant: phone, when: { canonical: { note: poison } } }
`;

const orderRules = (customers: string): string => `
  - { canonical: orderType, constant: sale }
  - { canonical: channel, constant: { kind: sales, code: shop } }
  - { canonical: priceIncludesTax, constant: true }
  - { canonical: paymentStatus, constant: unpaid }
  - { canonical: fulfillmentStatus, constant: unfulfilled }
  - { canonical: invoiceStatus, constant: none }
  - { canonical: status, constant: placed }
  - { canonical: currency, constant: CNY }
  - { canonical: orderNumber, native: orderNumber }
  - { canonical: orderDate, native: orderDate, transform: date }
  - { canonical: customerId, native: customerId, reference: { entity: customer, stream: ${customers} } }
  - canonical: lines
    native: lines
    list: { key: { canonical: lineId, native: line } }
    rules:
      - { canonical: lineNo, native: line, transform: { integer: { as: text } } }
      - { canonical: itemSnapshot.skuCode, native: sku, transform: code }
      - { canonical: itemSnapshot.name, native: name }
      - { canonical: quantity, native: quantity, transform: { quantity: { unit: C62 } } }
      - { canonical: unitPrice, native: unitPrice, transform: money }
      - { canonical: taxRate, native: taxRate, transform: percent-rate, default: '0.13' }
`;

/** Orders of the shop; their customer is one of its own. */
export const ORDER_MAPPING = `
mapping: 1
stream: orders
entity: order
title: { en: Orders, zh: 订单 }
rules:${orderRules('customers')}`;

/** Orders as a target keeps them; their customer is one of the target's clients. */
export const INVOICE_MAPPING = `
mapping: 1
stream: invoices
entity: order
title: { en: Invoices, zh: 单据 }
rules:${orderRules('clients')}`;
