import type { JsonObject } from '@isthmus/json';
import type { ClaimedReplica } from '@isthmus/ledger';
import { rowWithoutPersonal } from '../topology/forget-personal.js';
import type { LiveConnection, StreamBinding } from '../topology/topology.js';

/** A base as it is stored: of a document of an erased person without what the far side says of the person. */
export function keptBase(
  { environment }: Pick<LiveConnection, 'environment'>,
  binding: StreamBinding,
  { withoutPersonal }: Pick<ClaimedReplica, 'withoutPersonal'>,
  base: string,
): string {
  if (withoutPersonal !== true) return base;
  const row = rowWithoutPersonal(binding, environment, JSON.parse(base) as JsonObject);
  return row ? JSON.stringify(row) : base;
}
