const SLUG = { type: 'string', pattern: '^[a-z][a-z0-9-]{0,39}$' };

const RANKING = {
  type: 'array',
  items: SLUG,
  minItems: 1,
  uniqueItems: true,
  description:
    'Connections, the most trusted first; hub stands for what people enter in the hub. Decides with ranking, and ties of latest. By default hub, then the members in their order.',
};

/** A span such as `24h`, `90m`, `7d`, `1s`. */
const SPAN = { type: 'string', pattern: '^[1-9][0-9]{0,5}[smhd]$' };

const FIELD_POLICY = {
  type: 'object',
  additionalProperties: false,
  required: ['resolve'],
  properties: {
    resolve: {
      enum: ['owner', 'latest', 'ranking', 'union', 'maximum', 'minimum', 'review'],
      description:
        'What settles a field that two sides changed: the value of its owner, the newer one, the one of the connection that stands first, what either side added to a list, the greater or smaller one, or a person.',
    },
    owner: { ...SLUG, description: 'With owner: the connection whose value counts.' },
    strict: {
      type: 'boolean',
      default: false,
      description: 'With owner: edits by others are put back even when nobody else changed the field.',
    },
    ranking: RANKING,
  },
};

const TIME = { type: 'string', pattern: '^([01]\\d|2[0-3]):[0-5]\\d$|^24:00$' };

const MAINTENANCE = {
  type: 'array',
  maxItems: 50,
  description: 'When the far side is not to be called: reads and writes wait, and nothing counts as failing.',
  items: {
    type: 'object',
    additionalProperties: false,
    required: ['from', 'to'],
    properties: {
      days: {
        type: 'array',
        minItems: 1,
        uniqueItems: true,
        items: { enum: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] },
        description: 'Days on which it begins. By default every day.',
      },
      from: { ...TIME, description: 'When it begins, HH:MM.' },
      to: { ...TIME, description: 'When it ends, HH:MM; past midnight when it is not later than from.' },
      timeZone: { type: 'string', description: 'IANA name. By default the time zone of the connection.' },
    },
  },
};

/** JSON Schema of the configuration file: connections and flows as code. */
export const configurationSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['connections', 'flows'],
  properties: {
    connections: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['id', 'connector'],
        properties: {
          id: SLUG,
          connector: { type: 'string' },
          title: { type: 'string', minLength: 1, maxLength: 100 },
          settings: { type: 'object' },
          mappings: { type: 'object', additionalProperties: { type: 'string' } },
          maintenance: MAINTENANCE,
          environment: {
            type: 'object',
            additionalProperties: false,
            properties: {
              timeZone: { type: 'string' },
              currency: { type: 'string', pattern: '^[A-Z]{3}$' },
              country: { type: 'string', pattern: '^[A-Z]{2}$' },
              lookups: {
                type: 'object',
                additionalProperties: { type: 'object', additionalProperties: { type: 'string' } },
              },
              allowHosts: { type: 'array', items: { type: 'string', pattern: '^[^:/]+:\\d+$' } },
            },
          },
        },
      },
    },
    flows: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['id', 'entity', 'members'],
        properties: {
          id: SLUG,
          entity: { type: 'string' },
          members: {
            type: 'array',
            minItems: 1,
            items: {
              type: 'object',
              additionalProperties: false,
              required: ['connection'],
              properties: {
                connection: SLUG,
                streams: { type: 'array', items: { type: 'string' } },
                direction: { enum: ['both', 'in', 'out'] },
                create: { type: 'boolean' },
              },
            },
          },
          policy: {
            type: 'object',
            additionalProperties: false,
            properties: {
              default: FIELD_POLICY,
              fields: { type: 'object', additionalProperties: FIELD_POLICY },
              ranking: RANKING,
              clockSkewSeconds: {
                type: 'number',
                minimum: 0,
                maximum: 3600,
                default: 2,
                description:
                  'How far clocks of two systems may be apart. Nearer times are a tie, and a source time further in the future counts as the time of receipt.',
              },
              deletes: { enum: ['ignore', 'archive', 'propagate', 'review'] },
              revive: { enum: ['review', 'refuse', 'newer'] },
              deleteBrake: {
                type: 'object',
                additionalProperties: false,
                properties: {
                  count: { type: 'integer', minimum: 0 },
                  share: { type: 'number', minimum: 0, maximum: 1 },
                  windowMinutes: { type: 'integer', minimum: 1, maximum: 10_080 },
                },
              },
              detectDeletes: { type: 'boolean' },
              reconcile: {
                type: 'object',
                additionalProperties: false,
                properties: {
                  every: { anyOf: [{ const: false }, SPAN] },
                  repair: { type: 'boolean' },
                  afterOutage: { anyOf: [{ const: false }, SPAN] },
                },
              },
              match: { type: 'object', additionalProperties: { enum: ['strong', 'medium', 'weak', 'off'] } },
              firstSync: {
                enum: ['automatic', 'confirm'],
                default: 'automatic',
                description:
                  'confirm: read and match all members first, write nothing until a person has confirmed the matching report.',
              },
              doubles: {
                enum: ['keep', 'remove'],
                default: 'keep',
                description:
                  'The second copy where two merged records both have one in a system: keep it there, or delete it there.',
              },
            },
          },
        },
      },
    },
  },
};
