import type { Connector, ConnectorLimits, Settings, Streams } from '../contract.js';

/** The streams of a connector under these settings, whether they are fixed or declared by the settings. */
export function resolveStreams<S extends Settings>(connector: Pick<Connector<S>, 'streams'>, settings: S): Streams<S> {
  return typeof connector.streams === 'function' ? connector.streams(settings) : connector.streams;
}

/** What the far side bears under these settings. */
export function resolveLimits<S extends Settings>(
  connector: Pick<Connector<S>, 'limits'>,
  settings: S,
): ConnectorLimits {
  return typeof connector.limits === 'function' ? connector.limits(settings) : connector.limits;
}
