import type { ChangeAnswer } from '@isthmus/api-contract';
import type { ListedChange } from '@isthmus/ledger';
import { iso, isoOrNull } from '../http/exchange.js';

/** A change as the API shows it. */
export function changeAnswer(row: ListedChange): ChangeAnswer {
  return {
    id: row.id,
    receivedAt: iso(row.receivedAt),
    connectionId: row.connectionId,
    stream: row.stream,
    entity: row.entity,
    nativeId: row.nativeId,
    kind: row.kind,
    origin: row.origin,
    state: row.state as ChangeAnswer['state'],
    sourceAt: isoOrNull(row.sourceAt),
    attempts: row.attempts,
    waitingOn: row.waitingOn,
    reason: row.reason,
    recordId: row.recordId,
    recordVersion: row.recordVersion,
    mappingVersion: row.mappingVersion,
    settledAt: isoOrNull(row.settledAt),
  };
}
