import type { JsonSchema, Settings } from '@isthmus/connector-kit';

/** Address of the open platform's gateway. */
export const GATEWAY = 'https://api.kingdee.com';

/** Settings and secrets of a Kingdee Xingchen connection; draws the console form. */
export const settingsSchema: JsonSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  required: ['clientId', 'clientSecret', 'outerInstanceId'],
  additionalProperties: false,
  properties: {
    gateway: {
      type: 'string',
      format: 'uri',
      default: GATEWAY,
      title: 'Gateway',
      description: 'Change it only for a test system.',
    },
    clientId: {
      type: 'string',
      minLength: 1,
      title: 'Client id',
      description: 'open.jdy.com: the application’s client_id.',
    },
    clientSecret: { type: 'string', minLength: 1, writeOnly: true, title: 'Client secret' },
    outerInstanceId: {
      type: 'string',
      minLength: 1,
      title: 'Instance id of the account set',
      description: 'Shown when the account set authorises the application.',
    },
    accountIds: {
      type: 'array',
      items: { type: 'string' },
      title: 'Account sets that may send messages',
      description: 'Messages of other account sets are refused. Empty = any that knows the callback key.',
    },
    callbackKey: {
      type: 'string',
      minLength: 16,
      writeOnly: true,
      title: 'Callback key',
      description:
        'Secret part of the message address (last part of the path, or ?key=…). Without it messages are refused: Kingdee documents no signature.',
    },
    defaultStockId: {
      type: 'string',
      title: 'Default warehouse',
      description: 'Id of the warehouse of order lines that name none.',
    },
    defaultUnitId: {
      type: 'string',
      title: 'Default unit',
      description: 'Id of the unit of order lines and products that name none; else the product’s base unit.',
    },
    lineIdField: {
      type: 'string',
      title: 'Custom field for line ids',
      description:
        'Key of a custom line field of sales orders. Without it the id stands at the end of the line remark as [#…].',
    },
    auditOrders: { type: 'boolean', default: false, title: 'Audit sales orders after saving' },
    settleSeconds: {
      type: 'integer',
      minimum: 0,
      maximum: 10_800,
      default: 600,
      title: 'Settle time',
      description: 'Reads of changes end this long before now: rows just written may be missing from lists.',
    },
    overlapSeconds: { type: 'integer', minimum: 1, maximum: 86_400, default: 600, title: 'Overlap of two reads' },
    requestsPerSecond: {
      type: 'number',
      exclusiveMinimum: 0,
      default: 8,
      title: 'Calls per second',
      description: 'Kingdee allows 500 calls a minute for each account set.',
    },
  },
};

/** Text of a setting, or the fallback when it is absent or empty. */
export function textSetting(settings: Settings, name: string, fallback = ''): string {
  const value = settings[name];
  return typeof value === 'string' && value !== '' ? value : fallback;
}

/** Number of a setting, or the fallback. */
export function numberSetting(settings: Settings, name: string, fallback: number): number {
  const value = settings[name];
  return typeof value === 'number' ? value : fallback;
}

/** Texts of a list setting. */
export function listSetting(settings: Settings, name: string): readonly string[] {
  const value = settings[name];
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}
