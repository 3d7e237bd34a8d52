import type { Connector, Settings } from '@isthmus/connector-kit';
import { checksOf } from './checks-of.js';
import type { ConformanceFixtures } from './harness.js';
import { runCheck, strayWaivers, waiverOf } from './run-check.js';
import { waivers } from './waivers.js';

/** The jest suite that every connector passes: `describeConnector(hubspot, { settings, farSide, webhook })` in its spec. */
export function describeConnector<S extends Settings>(connector: Connector<S>, fixtures: ConformanceFixtures): void {
  const checks = checksOf(connector, fixtures);
  describe(`the connector ${connector.id} conforms`, () => {
    for (const check of checks) {
      const waiver = waiverOf(waivers, connector.id, check);
      const title = `${check.stream ? `${check.stream} ` : ''}${check.title}`;
      it(waiver ? `${title} (waived: ${waiver.reason})` : title, () => runCheck(check, waiver));
    }
    it('has no waiver for a check that does not exist', () => {
      expect(strayWaivers(waivers, connector.id, checks)).toEqual([]);
    });
  });
}
