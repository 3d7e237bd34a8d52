import { defineConnector } from '@isthmus/connector-kit';
import { auth } from './auth.js';
import { check } from './check.js';
import { customers } from './customers.js';
import { sortAnswer } from './failures.js';
import { materials } from './materials.js';
import { salesOrders } from './sales-orders.js';
import { GATEWAY, numberSetting, settingsSchema, textSetting } from './settings.js';
import { stockLevels } from './stock-levels.js';
import { warehouses } from './warehouses.js';
import { webhook } from './webhook.js';

/** Kingdee Cloud Xingchen (jdy v2): sales and stock of small firms. */
export const kingdeeXingchen = defineConnector({
  id: 'kingdee-xingchen',
  title: 'Kingdee Cloud Xingchen (金蝶云星辰)',
  docs: 'https://open.jdy.com',
  settings: settingsSchema,
  // 500 calls a minute for each account set.
  limits: (settings) => ({
    requestsPerSecond: numberSetting(settings, 'requestsPerSecond', 8),
    burst: 20,
    concurrency: 6,
    timeoutMs: 30_000,
  }),
  baseUrl: (settings) => textSetting(settings, 'gateway', GATEWAY),
  auth,
  sortAnswer,
  streams: { customers, materials, warehouses, salesOrders, stockLevels },
  webhook,
  check,
});
