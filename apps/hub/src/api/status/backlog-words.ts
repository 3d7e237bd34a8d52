import type { Wording } from '@isthmus/api-contract';
import { entityDefinition, isEntityName } from '@isthmus/canonical';
import type { BlockedGroup, RecordLabel } from '@isthmus/ledger';
import { recordLabel } from '../records/record-label.js';
import type { Readings } from './readings.js';
import { secondsSince } from './readings.js';

/** What waits for what, as people say it: "3 order wait 12 min for customer 张*** in ERP". */
export function backlogWords(
  readings: Readings,
  groups: readonly BlockedGroup[],
  labels: readonly RecordLabel[],
): Wording[] {
  const byId = new Map(labels.map((label) => [label.id, label]));
  const titles = new Map(readings.connections.map((row) => [row.id, row.title]));
  const blocked = groups.map((group) => {
    const on = byId.get(group.blockedOn);
    const where = titles.get(group.connectionId) ?? group.connectionId;
    const waited = wait(secondsSince(group.since, readings.now));
    const what = title(group.entity);
    const target = on ? title(on.entity) : { en: 'record', zh: '记录' };
    const name = on ? recordLabel(on.entity, { ...on }, group.blockedOn) : group.blockedOn;
    return {
      en: `${group.count} ${what.en} wait ${waited.en} for ${target.en} ${name} to exist in ${where}.`,
      zh: `${group.count} 条${what.zh}等待${target.zh}“${name}”先在 ${where} 中建立，已等待${waited.zh}。`,
    };
  });
  const behind = readings.replicas
    .filter((row) => row.due + row.retrying > 0)
    .map((row) => {
      const where = titles.get(row.connectionId) ?? row.connectionId;
      const what = title(row.entity);
      const waited = wait(row.oldestAt ? secondsSince(row.oldestAt, readings.now) : 0);
      const count = row.due + row.retrying;
      return {
        en: `${count} ${what.en} on the way to ${where}, the oldest for ${waited.en}.`,
        zh: `${count} 条${what.zh}正在同步到 ${where}，最早的已等待${waited.zh}。`,
      };
    });
  return [...blocked, ...behind];
}

function title(entity: string): Wording {
  if (!isEntityName(entity)) return { en: entity, zh: entity };
  const { en, zh } = entityDefinition(entity).title;
  return { en: en.toLowerCase(), zh };
}

function wait(seconds: number): Wording {
  if (seconds < 60) return { en: `${seconds} s`, zh: ` ${seconds} 秒` };
  if (seconds < 7_200) return { en: `${Math.floor(seconds / 60)} min`, zh: ` ${Math.floor(seconds / 60)} 分钟` };
  return { en: `${Math.floor(seconds / 3_600)} h`, zh: ` ${Math.floor(seconds / 3_600)} 小时` };
}
