const SLUG = { type: 'string', pattern: '^[a-z][a-z0-9-]{0,39}$' };

const FIELD_POLICY = {
  type: 'object',
  additionalProperties: false,
  required: ['resolve'],
  properties: {
    resolve: { enum: ['owner', 'latest', 'review'] },
    owner: SLUG,
    strict: { type: 'boolean' },
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
              deletes: { enum: ['ignore', 'archive', 'propagate', 'review'] },
              match: { type: 'object', additionalProperties: { enum: ['strong', 'medium', 'weak', 'off'] } },
            },
          },
        },
      },
    },
  },
};
