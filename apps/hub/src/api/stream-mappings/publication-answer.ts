import type { MappingPublicationAnswer } from '@isthmus/api-contract';
import type { MappingPublication } from '@isthmus/ledger';
import { iso, isoOrNull } from '../http/exchange.js';

/** A publication as the API shows it. */
export function publicationAnswer(row: MappingPublication): MappingPublicationAnswer {
  const { id, version, previousVersion, mode, state, note, actor, rolledBackBy } = row;
  return {
    id,
    version,
    previousVersion,
    mode,
    state,
    note,
    actor,
    at: iso(row.at),
    rolledBackAt: isoOrNull(row.rolledBackAt),
    rolledBackBy,
  };
}
