import type { BackfillAnswer, Wording } from '@isthmus/api-contract';
import { countOpenBackfillWork } from '@isthmus/ledger';
import type { Backfill, Sql } from '@isthmus/ledger';
import { iso, isoOrNull } from '../http/exchange.js';

/** A backfill as the API shows it, with its speed, and how long it still takes at that speed. */
export async function backfillAnswer(sql: Sql, row: Backfill, now: Date): Promise<BackfillAnswer> {
  const { id, connectionId, stream, entity, direction, selection, mappingVersion, recordsPerSecond } = row;
  const perSecond = speedOf(row, now);
  const left = row.total === null ? null : Math.max(0, row.total - row.done - row.skipped);
  const isUnderWay = row.state === 'running' || row.state === 'paused';
  const etaSeconds =
    isUnderWay && left !== null && perSecond !== null && perSecond > 0 ? Math.ceil(left / perSecond) : null;
  return {
    id: String(id),
    connectionId,
    stream,
    entity,
    direction,
    selection,
    mappingVersion,
    recordsPerSecond,
    state: row.state,
    done: row.done,
    skipped: row.skipped,
    total: row.total,
    failure: row.failure,
    actor: row.actor,
    words: wordsOf(row, etaSeconds),
    perSecond: perSecond === null ? null : Math.round(perSecond * 100) / 100,
    etaSeconds,
    open: await countOpenBackfillWork(sql, row),
    changedSince: isoOrNull(row.changedSince),
    changedUntil: isoOrNull(row.changedUntil),
    startedAt: iso(row.startedAt),
    finishedAt: isoOrNull(row.finishedAt),
  };
}

function speedOf(row: Backfill, now: Date): number | null {
  const currentMs = row.state === 'running' ? Math.max(0, now.getTime() - row.workingSince.getTime()) : 0;
  const workedMs = Number(row.workedMs) + currentMs;
  const taken = row.done + row.skipped;
  return workedMs < 500 || taken === 0 ? null : (taken * 1_000) / workedMs;
}

function wordsOf(row: Backfill, etaSeconds: number | null): Wording {
  const of = row.total === null ? '' : ` / ${row.total}`;
  const left =
    etaSeconds === null ? { en: '', zh: '' } : { en: `, about ${etaSeconds} s left`, zh: `，约剩 ${etaSeconds} 秒` };
  const states: Record<Backfill['state'], Wording> = {
    running: { en: 'Running', zh: '进行中' },
    paused: { en: 'Paused', zh: '已暂停' },
    done: { en: 'Done', zh: '已完成' },
    failed: { en: 'Failed', zh: '失败' },
    cancelled: { en: 'Cancelled', zh: '已取消' },
  };
  const { en, zh } = states[row.state];
  return { en: `${en}: ${row.done}${of} taken${left.en}.`, zh: `${zh}：已处理 ${row.done}${of}${left.zh}。` };
}
