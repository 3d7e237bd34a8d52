import { hubConnectionId, withProvenance } from '@isthmus/canonical';
import type { CompactProvenance } from '@isthmus/canonical';
import { keyText } from '@isthmus/decide';
import type { JsonObject } from '@isthmus/json';
import type { RecordKey, StoredRecord } from '@isthmus/ledger';
import { identityKeys } from './identity-keys.js';
import type { IdentityRules } from './identity-keys.js';

/**
 * The next version of a record as a person in the hub makes it: the person stands where a connection's change would.
 *
 * @param next what differs from `before`; the version is the next one unless it says another
 * @param pointers fields that carry the person's name from now on
 */
export function personVersion(
  before: StoredRecord,
  next: Partial<Pick<StoredRecord, 'version' | 'body' | 'status' | 'provenance'>>,
  pointers: readonly string[],
  by: { readonly actor: string; readonly now: Date },
): StoredRecord {
  const source = { connectionId: hubConnectionId, changeId: by.actor, at: by.now.toISOString() };
  const provenance = (next.provenance ?? before.provenance) as unknown as CompactProvenance;
  return {
    ...before,
    version: before.version + 1,
    ...next,
    provenance: withProvenance(provenance, pointers, source) as unknown as Record<string, unknown>,
    changeId: null,
    connectionId: hubConnectionId,
    mappingVersion: null,
    updatedAt: by.now,
  };
}

/** Identity keys that a record gains and loses with a new body. */
export function keyMoves(
  rules: IdentityRules,
  before: Pick<StoredRecord, 'id' | 'body'>,
  body: Record<string, unknown>,
): { gained: RecordKey[]; lost: RecordKey[] } {
  const keys = (of: Record<string, unknown>): Set<string> =>
    new Set(identityKeys(rules, of as JsonObject).map(keyText));
  const [old, now] = [keys(before.body), keys(body)];
  const rows = (texts: readonly string[]): RecordKey[] => texts.map((key) => ({ key, recordId: before.id }));
  return {
    gained: rows([...now].filter((key) => !old.has(key))),
    lost: rows([...old].filter((key) => !now.has(key))),
  };
}
