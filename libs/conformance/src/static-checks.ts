import assert from 'node:assert/strict';
import {
  compileSchema,
  parseBaseUrl,
  resolveLimits,
  resolveStreams,
  secretNames,
  validateSettings,
} from '@isthmus/connector-kit';
import type { Connector, JsonSchema, Settings, Stream } from '@isthmus/connector-kit';
import type { Check } from './check.js';

const TELLING_NAME = /(?:secret|password|token|api_?key|private_?key)$/i;

/** Checks of what a connector declares; they need no far side. */
export function staticChecks(connector: Connector, settings: Settings): Check[] {
  const check = (id: string, title: string, run: () => void): Check => ({
    id,
    title,
    run: () => Promise.resolve().then(run),
  });
  return [
    check('manifest.identity', 'has a kebab-case id, a title and public documentation', () => {
      assert.match(connector.id, /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/);
      assert.ok(connector.title);
      assert.equal(new URL(connector.docs).protocol, 'https:');
    }),
    check('settings.schema', 'has a strict settings schema whose settings are titled', () =>
      checkSettingsSchema(connector.settings),
    ),
    check('settings.secrets', 'marks every secret setting', () => {
      const secrets = new Set(secretNames(connector.settings));
      for (const name of Object.keys(propertiesOf(connector.settings))) {
        if (TELLING_NAME.test(name)) assert.ok(secrets.has(name), `${name} looks like a secret but is not writeOnly`);
      }
    }),
    check('settings.sample', 'accepts its sample settings and refuses an unknown one', () => {
      assert.deepEqual(validateSettings(connector, settings), []);
      assert.equal(validateSettings(connector, { ...settings, unknownSetting: 1 }).length, 1);
    }),
    check('manifest.limits', 'says what the far side bears', () => {
      const limits = Object.values(resolveLimits(connector, settings)).filter((value) => value !== undefined);
      assert.ok(limits.length > 0, 'no limit is declared');
      assert.ok(limits.every((value) => value > 0));
    }),
    check('manifest.base-url', 'has a base URL without credentials', () => {
      parseBaseUrl(connector.baseUrl(settings));
    }),
    ...Object.entries(resolveStreams(connector, settings)).map(([name, stream]) => ({
      ...check(
        'stream.declaration',
        'has titles, a native schema, a key, and says how a repeated create is recognised',
        () => checkStream(stream),
      ),
      stream: name,
    })),
  ];
}

function checkSettingsSchema(schema: JsonSchema): void {
  compileSchema(schema);
  assert.equal(schema['type'], 'object');
  assert.equal(schema['additionalProperties'], false, 'a mistyped setting would be accepted');
  for (const [name, property] of Object.entries(propertiesOf(schema))) {
    assert.ok(
      (property as JsonSchema)['title'] ?? (property as JsonSchema)['$ref'],
      `the setting ${name} has no title`,
    );
  }
}

function checkStream(stream: Stream): void {
  assert.ok(stream.title.en && stream.title.zh, 'a title is missing');
  compileSchema(stream.schema);
  assert.equal(stream.schema['type'], 'object');
  assert.equal(stream.key({}), '', 'a row without an id must have the empty key');
  assert.ok('read' in stream || 'fetch' in stream || stream.write, 'nothing can be done with this stream');
  assert.ok(stream.pollSeconds === undefined || stream.pollSeconds >= 1);
  if (!stream.write) return;
  assert.ok(Number.isInteger(stream.write.batchSize) && stream.write.batchSize >= 1);
  assert.equal(
    stream.write.repeat === 'probe',
    stream.write.probe !== undefined,
    'probe is there exactly when repeats are recognised by it',
  );
}

function propertiesOf(schema: JsonSchema): { readonly [name: string]: unknown } {
  return (schema['properties'] ?? {}) as { readonly [name: string]: unknown };
}
