import { defineConnector } from '@isthmus/connector-kit';
import { check } from './check.js';
import { sortAnswer } from './failures.js';
import { numberSetting, settingsSchema, textSetting } from './settings.js';
import { streams } from './streams.js';
import { webhook } from './webhook.js';

/** HubSpot CRM: contacts, companies, products, orders with line items, and stock as product properties. */
export const hubspot = defineConnector({
  id: 'hubspot',
  title: 'HubSpot CRM',
  docs: 'https://developers.hubspot.com/docs',
  settings: settingsSchema,
  limits: (settings) => ({
    requestsPerSecond: numberSetting(settings, 'requestsPerSecond', 9),
    concurrency: 6,
    timeoutMs: 30_000,
  }),
  baseUrl: (settings) => textSetting(settings, 'baseUrl', 'https://api.hubapi.com'),
  auth: {
    authorise(context, call) {
      call.headers['authorization'] = `Bearer ${textSetting(context.settings, 'accessToken', '')}`;
      return Promise.resolve();
    },
  },
  sortAnswer,
  streams,
  webhook,
  check,
});
