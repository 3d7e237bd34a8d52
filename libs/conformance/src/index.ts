export type { Check } from './check.js';
export { checksOf } from './checks-of.js';
export { describeConnector } from './describe-connector.js';
export type {
  ConformanceFixtures,
  FarSideHarness,
  FarSideUnderTest,
  Faults,
  StreamHarness,
  WebhookFixture,
} from './harness.js';
export { startLoopbackServer } from './loopback-server.js';
export type { LoopbackReply, LoopbackRequest, LoopbackServer } from './loopback-server.js';
export { runCheck, strayWaivers, waiverOf } from './run-check.js';
export { waivers } from './waivers.js';
export type { Waiver } from './waivers.js';
