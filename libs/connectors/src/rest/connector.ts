import { defineConnector } from '@isthmus/connector-kit';
import { auth } from './auth.js';
import { check } from './check.js';
import { sortAnswer } from './failures.js';
import { settingsSchema } from './settings-schema.js';
import { restSettings } from './settings.js';
import { streams } from './streams.js';
import { webhook } from './webhook.js';

/** Any JSON API, described by a manifest instead of code: the manifest is the connection's settings. */
export const rest = defineConnector({
  id: 'rest',
  title: 'JSON API (REST)',
  docs: 'https://www.rfc-editor.org/rfc/rfc9110',
  settings: settingsSchema,
  limits: (settings) => restSettings(settings).limits ?? {},
  baseUrl: (settings) => restSettings(settings).baseUrl,
  auth,
  sortAnswer,
  streams,
  webhook,
  check,
});
