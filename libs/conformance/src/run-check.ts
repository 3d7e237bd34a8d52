import type { Check } from './check.js';
import type { Waiver } from './waivers.js';

/**
 * Runs a check. A waived check must fail: a waiver that is not needed any more is an error, so that the list stays true.
 *
 * @throws what the check throws, or an error that names the waiver which has to go
 */
export async function runCheck(check: Check, waiver: Waiver | undefined): Promise<void> {
  if (!waiver) return check.run();
  const failed = await check.run().then(
    () => false,
    () => true,
  );
  if (!failed)
    throw new Error(
      `the waiver of ${check.id} for ${waiver.connector} is not needed any more ("${waiver.reason}"): remove it`,
    );
}

/** The waiver for a check of a connector, if there is one. */
export function waiverOf(waivers: readonly Waiver[], connectorId: string, check: Check): Waiver | undefined {
  return waivers.find(
    (waiver) =>
      waiver.connector === connectorId &&
      waiver.check === check.id &&
      (waiver.stream === undefined || waiver.stream === check.stream),
  );
}

/** Waivers of a connector that name no check that exists. */
export function strayWaivers(waivers: readonly Waiver[], connectorId: string, checks: readonly Check[]): Waiver[] {
  return waivers.filter(
    (waiver) => waiver.connector === connectorId && !checks.some((check) => waiverOf([waiver], connectorId, check)),
  );
}
