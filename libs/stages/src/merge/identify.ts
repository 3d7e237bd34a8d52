import type { MatchDecision } from '@isthmus/decide';
import { matchIdentity } from '@isthmus/decide';
import type { JsonObject } from '@isthmus/json';
import type { PendingChange } from '@isthmus/ledger';
import { identityKeys } from './identity-keys.js';
import type { MergeSession } from './merge-session.js';

/** Which record a native object belongs to that no replica knows: a person's decision first, then the identity rules. */
export function identify(session: MergeSession, change: PendingChange, body: JsonObject): MatchDecision {
  const link = change.reason?.['link'];
  if (typeof link === 'string' && session.records.has(link)) {
    return { do: 'link', recordId: link, evidence: { rule: 'decided', keys: [], confidence: 'certain' } };
  }
  if (change.reason?.['create'] === true) return { do: 'create' };
  const keys = identityKeys(session.flow, body);
  const candidates = [...session.holdersOf(keys)].flatMap((recordId) => {
    const record = session.records.get(recordId);
    if (!record || record.current.status === 'merged' || record.current.status === 'deleted') return [];
    return [{ recordId, keys: record.keys, taken: session.linked.has(`${recordId}|${change.connectionId}`) }];
  });
  return matchIdentity(keys, candidates);
}
