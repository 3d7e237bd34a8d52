import type { Connector, Settings } from '@isthmus/connector-kit';
import type { Check } from './check.js';
import type { ConformanceFixtures } from './harness.js';
import { readChecks } from './read-checks.js';
import { staticChecks } from './static-checks.js';
import { webhookChecks } from './webhook-checks.js';
import { writeChecks } from './write-checks.js';

/** All checks that apply to a connector with these fixtures. */
export function checksOf<S extends Settings>(connector: Connector<S>, fixtures: ConformanceFixtures): Check[] {
  const any = connector as unknown as Connector;
  const { farSide } = fixtures;
  const names = Object.keys(farSide?.streams ?? {});
  return [
    ...staticChecks(any, fixtures.settings),
    ...(farSide
      ? names.flatMap((name) => [...readChecks(any, farSide, name), ...writeChecks(any, farSide, name)])
      : []),
    ...webhookChecks(any, fixtures),
  ];
}
