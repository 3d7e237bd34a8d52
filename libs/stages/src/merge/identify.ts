import type { MatchDecision } from '@isthmus/decide';
import { matchIdentity } from '@isthmus/decide';
import type { JsonObject } from '@isthmus/json';
import type { PendingChange } from '@isthmus/ledger';
import { identityKeys } from './identity-keys.js';
import type { MergeSession } from './merge-session.js';

/** Which record a native object belongs to that no replica knows: a person's decision first, then the identity rules. */
export function identify(session: MergeSession, change: PendingChange, body: JsonObject): MatchDecision {
  const link = change.reason?.['link'];
  if (typeof link === 'string' && session.records.has(link)) return decidedLink(session, change, link);
  if (change.reason?.['create'] === true) return { do: 'create' };
  const keys = identityKeys(session.flow, body);
  const candidates = [...session.holdersOf(keys)].flatMap((recordId) => {
    const record = session.records.get(recordId);
    if (!record || record.current.status === 'merged' || record.current.status === 'deleted') return [];
    const taken = session.linked.has(`${recordId}|${change.connectionId}`);
    return [{ recordId, keys: session.keysOf(record), taken }];
  });
  return matchIdentity(keys, candidates);
}

/** A person's link, unless something else of this connection was linked to the record meanwhile: that one must not be lost over it. */
function decidedLink(session: MergeSession, change: PendingChange, recordId: string): MatchDecision {
  if (session.linked.has(`${recordId}|${change.connectionId}`))
    return { do: 'review', candidates: [{ recordId, keys: [], why: 'already-linked-in-this-connection' }] };
  const by = change.reason?.['by'];
  const who = typeof by === 'string' ? { by } : {};
  return { do: 'link', recordId, evidence: { rule: 'decided', keys: [], confidence: 'certain', ...who } };
}
