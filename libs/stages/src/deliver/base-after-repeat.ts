import { assumeStored } from '@isthmus/decide';
import { equalJson, withoutNulls } from '@isthmus/json';
import type { Json, JsonObject } from '@isthmus/json';
import type { LiveConnection, StreamBinding } from '../topology/topology.js';

/**
 * The base after a create that may have taken effect earlier, and whose row was found or answered only now. Between the two a person may
 * have edited the row: what was sent is the base wherever the row says something else by now, so that the edit is found as a change when
 * the row is read. Lists stay as they are found: the far side gives their items ids that were never sent.
 *
 * @param sent the row as the create said it
 * @param found the row as the far side holds it now
 */
export function baseAfterRepeat(
  connection: LiveConnection,
  binding: StreamBinding,
  sent: JsonObject,
  found: JsonObject,
): JsonObject {
  const meant = assumeStored(found, withoutLists(sent));
  const [told, expected] = [found, meant].map((row) => binding.mapping.toCanonical(row, connection.environment));
  if (!told?.ok || !expected?.ok) return found;
  return equalJson(withoutNulls(told.body), withoutNulls(expected.body)) ? found : meant;
}

function withoutLists(row: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(row).flatMap(([name, value]): [string, Json][] => {
      if (Array.isArray(value)) return [];
      return [[name, value !== null && typeof value === 'object' ? withoutLists(value) : value]];
    }),
  );
}
