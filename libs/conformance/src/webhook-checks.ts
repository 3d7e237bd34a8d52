import assert from 'node:assert/strict';
import { FailureError, resolveStreams, secretNames } from '@isthmus/connector-kit';
import type { Connector, RawRequest, Settings } from '@isthmus/connector-kit';
import type { Check } from './check.js';
import { needed } from './check.js';
import type { ConformanceFixtures, WebhookFixture } from './harness.js';

const NOW = new Date('2026-03-01T12:00:00.000Z');
const MINUTE_MS = 60_000;

/** Checks of webhooks: good, bad, replayed, old, from the future, not JSON (FAULTS S06). */
export function webhookChecks(connector: Connector, fixtures: ConformanceFixtures): Check[] {
  const handler = connector.webhook;
  if (!handler) return [];
  const check = (id: string, title: string, run: (webhook: Known) => void): Check => ({
    id,
    title,
    run: () => Promise.resolve().then(() => run(known(fixtures))),
  });
  const verdict = ({ settings }: Known, request: RawRequest, now = NOW): boolean =>
    handler.verify(request, settings, now).ok;
  return [
    check('webhook.good', 'accepts a signed webhook and turns it into events of its streams', (webhook) => {
      assert.ok(verdict(webhook, webhook.good));
      const events = handler.parse(webhook.good, webhook.settings);
      assert.ok(events.length > 0);
      const streams = resolveStreams(connector, webhook.settings);
      for (const { stream, nativeId } of events)
        assert.ok(streams[stream] && nativeId !== '', `an event names the stream ${stream}`);
    }),
    check(
      'webhook.bad',
      'refuses a changed body, a missing signature and the signature of another secret',
      (webhook) => {
        const { good, settings } = webhook;
        const changed = Buffer.from(good.body);
        changed[changed.length - 1] = (changed[changed.length - 1] ?? 0) ^ 1;
        assert.ok(!verdict(webhook, { ...good, body: changed }), 'a changed body was accepted');
        assert.ok(
          !verdict(webhook, { ...good, url: new URL(good.url).origin + new URL(good.url).pathname, headers: {} }),
          'an unsigned request was accepted',
        );
        assert.ok(!handler.verify(good, otherSecrets(connector, settings), NOW).ok, 'another secret was accepted');
        assert.ok(
          !handler.verify(good, withoutSecrets(connector, settings), NOW).ok,
          'without a secret everything was accepted',
        );
      },
    ),
    check('webhook.replayed', 'gives a replayed webhook the same events with the same ids', ({ good, settings }) => {
      assert.deepEqual(handler.parse(good, settings), handler.parse(good, settings));
    }),
    ...(fixtures.webhook?.timestamped === false
      ? []
      : [
          check('webhook.window', 'refuses what was signed more than five minutes ago or ahead', (webhook) => {
            const at = (minutes: number): Date => new Date(NOW.getTime() + minutes * MINUTE_MS);
            assert.ok(verdict(webhook, webhook.good, at(4)));
            assert.ok(verdict(webhook, webhook.good, at(-4)));
            assert.ok(!verdict(webhook, webhook.good, at(6)), 'an old request was accepted');
            assert.ok(!verdict(webhook, webhook.good, at(-6)), 'a request from the future was accepted');
          }),
        ]),
    check(
      'webhook.garbage',
      'reports a body that is not as documented as a contract failure',
      ({ fixture, settings }) => {
        for (const body of ['', '{', '[]]', 'null', '\u0000']) {
          const error = thrownBy(() => handler.parse(fixture.sign(Buffer.from(body), NOW), settings));
          if (error !== undefined)
            assert.ok(
              error instanceof FailureError && error.failure.kind === 'contract',
              `the body ${JSON.stringify(body)}`,
            );
        }
      },
    ),
  ];
}

interface Known {
  readonly fixture: WebhookFixture;
  readonly settings: Settings;
  readonly good: RawRequest;
}

function known(fixtures: ConformanceFixtures): Known {
  const fixture = needed(fixtures.webhook, 'webhook');
  return {
    fixture,
    settings: fixture.settings ?? fixtures.settings,
    good: fixture.sign(Buffer.from(fixture.body), NOW),
  };
}

function otherSecrets(connector: Connector, settings: Settings): Settings {
  const changed = { ...settings };
  for (const name of secretNames(connector.settings))
    if (typeof changed[name] === 'string') changed[name] = `other-${changed[name]}`;
  return changed;
}

function withoutSecrets(connector: Connector, settings: Settings): Settings {
  const names = new Set(secretNames(connector.settings));
  return Object.fromEntries(Object.entries(settings).filter(([name]) => !names.has(name)));
}

function thrownBy(run: () => unknown): unknown {
  try {
    run();
    return undefined;
  } catch (error) {
    return error;
  }
}
