import type { ReplicaAnswer, Wording } from '@isthmus/api-contract';
import type { ListedReplica } from '@isthmus/ledger';
import { isoOrNull } from '../http/exchange.js';

/** A replica as the API shows it, with its state in words. */
export function replicaAnswer(
  row: ListedReplica,
  now: Date,
  waitsFor?: ReadonlyMap<string, NonNullable<ReplicaAnswer['waitsFor']>>,
): ReplicaAnswer {
  return {
    recordId: row.recordId,
    connectionId: row.connectionId,
    connector: row.connector,
    entity: row.entity,
    stream: row.stream,
    nativeId: row.nativeId,
    nativeVersion: row.nativeVersion,
    syncState: row.state,
    words: syncWords(row, now),
    desiredVersion: row.desiredVersion,
    deliveredVersion: row.deliveredVersion,
    attempts: row.attempts,
    outcomeUnknown: row.outcomeUnknown,
    failure: row.failure,
    blockedOn: row.blockedOn,
    waitsFor: waitsFor?.get(`${row.recordId}|${row.connectionId}`) ?? null,
    behindSince: isoOrNull(row.behindSince),
    nextTryAt: row.state === 'pending' ? isoOrNull(row.dueAt) : null,
    lastSeenAt: isoOrNull(row.lastSeenAt),
    deliveredAt: isoOrNull(row.deliveredAt),
    evidence: row.evidence,
  };
}

function syncWords(row: ListedReplica, now: Date): Wording {
  const behind = row.desiredVersion - row.deliveredVersion;
  switch (row.state) {
    case 'settled':
      return { en: `In step with version ${row.deliveredVersion}.`, zh: `已同步至版本 ${row.deliveredVersion}。` };
    case 'gone':
      return { en: 'Deleted in that system.', zh: '在该系统中已删除。' };
    case 'blocked':
      return withCause(row, { en: 'Waits.', zh: '等待中。' });
    case 'dead':
      return withCause(row, { en: 'Stopped; waits for a person.', zh: '已停止，等待人工处理。' });
    case 'pending':
      if (row.attempts === 0)
        return { en: `${behind} version(s) behind; on its way.`, zh: `落后 ${behind} 个版本，正在投递。` };
      return withCause(row, retryWords(row, now));
  }
}

function retryWords(row: ListedReplica, now: Date): Wording {
  const seconds = Math.max(0, Math.ceil(((row.dueAt ?? now).getTime() - now.getTime()) / 1_000));
  return {
    en: `Failed ${row.attempts} time(s); next try in ${seconds} s.`,
    zh: `已失败 ${row.attempts} 次，${seconds} 秒后重试。`,
  };
}

function withCause(row: ListedReplica, words: Wording): Wording {
  const message = row.failure?.['message'] as Partial<Wording> | undefined;
  if (typeof message?.en !== 'string' || typeof message.zh !== 'string') return words;
  return { en: `${words.en} ${message.en}`, zh: `${words.zh}${message.zh}` };
}
