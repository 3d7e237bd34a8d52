import type { JsonSchema, Settings } from '@isthmus/connector-kit';

/** Settings and secrets of a HubSpot connection; draws the console form. */
export const settingsSchema: JsonSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  required: ['accessToken'],
  additionalProperties: false,
  properties: {
    baseUrl: {
      type: 'string',
      format: 'uri',
      default: 'https://api.hubapi.com',
      title: 'API address',
      description: 'Change it only for a test system.',
    },
    accessToken: {
      type: 'string',
      minLength: 1,
      writeOnly: true,
      title: 'Private app token',
      description: 'HubSpot: Settings, Integrations, Private apps.',
    },
    clientSecret: {
      type: 'string',
      writeOnly: true,
      title: 'Client secret of the app',
      description: 'Checks the signature of webhooks. Without it webhooks are refused.',
    },
    previousClientSecret: {
      type: 'string',
      writeOnly: true,
      title: 'Previous client secret',
      description: 'Accepted as well while the secret is being changed.',
    },
    webhookUrl: {
      type: 'string',
      format: 'uri',
      title: 'Webhook address as HubSpot calls it',
      description: 'Needed when a proxy changes scheme, host or path: the signature covers the public address.',
    },
    objectsPath: {
      type: 'string',
      default: '/crm/v3/objects',
      title: 'Path of the objects API',
      description: 'For example /crm/objects/2026-03 for the dated version.',
    },
    associationsPath: { type: 'string', default: '/crm/v4/associations', title: 'Path of the associations API' },
    propertiesPath: { type: 'string', default: '/crm/v3/properties', title: 'Path of the properties API' },
    stockProperties: {
      type: 'object',
      additionalProperties: { type: 'string', pattern: '^[a-z][a-z0-9_]*$' },
      title: 'Stock properties',
      description:
        'Location code → internal name of the product property that shows the stock of this location, for example {"CK001": "stock_ck001"}.',
    },
    extraProperties: {
      type: 'object',
      additionalProperties: { type: 'array', items: { type: 'string' } },
      title: 'More properties to read',
      description:
        'Stream → internal names of properties that an own mapping uses, for example {"contacts": ["wechat_id"]}.',
    },
    overlapSeconds: {
      type: 'integer',
      minimum: 0,
      maximum: 86_400,
      default: 120,
      title: 'Overlap of two reads',
      description: 'The search index of HubSpot lags: every read starts this long before the last one ended.',
    },
    requestsPerSecond: { type: 'number', exclusiveMinimum: 0, default: 9, title: 'Calls per second' },
  },
};

/** Text of a setting, or the fallback when it is absent or empty. */
export function textSetting(settings: Settings, name: string, fallback: string): string {
  const value = settings[name];
  return typeof value === 'string' && value !== '' ? value : fallback;
}

/** Number of a setting, or the fallback. */
export function numberSetting(settings: Settings, name: string, fallback: number): number {
  const value = settings[name];
  return typeof value === 'number' ? value : fallback;
}

/** Location code → product property, as the settings say. */
export function stockProperties(settings: Settings): ReadonlyMap<string, string> {
  const value = settings['stockProperties'];
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return new Map();
  return new Map(Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}

/** Properties that the settings add to those that the connector reads by itself. */
export function extraProperties(settings: Settings, stream: string): readonly string[] {
  const all = settings['extraProperties'];
  if (all === null || typeof all !== 'object' || Array.isArray(all)) return [];
  const names = all[stream];
  return Array.isArray(names) ? names.filter((name): name is string => typeof name === 'string') : [];
}
