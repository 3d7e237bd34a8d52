import type { ReplicaAnswer, Wording } from '@isthmus/api-contract';
import { readRecordLabels, readReplicaStates } from '@isthmus/ledger';
import type { ListedReplica, ReplicaState, Sql } from '@isthmus/ledger';
import { recordLabel } from '../records/record-label.js';

type WaitsFor = NonNullable<ReplicaAnswer['waitsFor']>;

/** What each blocked replica waits for, by `<record>|<connection>`: the other record by name, and what keeps it from being there. */
export async function readWaitsFor(sql: Sql, rows: readonly ListedReplica[]): Promise<Map<string, WaitsFor>> {
  const blocked = rows.flatMap(({ recordId, connectionId, blockedOn }) =>
    blockedOn === null ? [] : [{ recordId, connectionId, blockedOn }],
  );
  if (blocked.length === 0) return new Map();
  const ids = [...new Set(blocked.map((row) => row.blockedOn))];
  const labels = new Map((await readRecordLabels(sql, ids)).map((label) => [label.id, label]));
  const wanted = blocked.map(({ blockedOn, connectionId }) => ({ recordId: blockedOn, connectionId }));
  const states = new Map((await readReplicaStates(sql, wanted)).map((state) => [keyOf(state), state]));
  return new Map(
    blocked.flatMap((row) => {
      const label = labels.get(row.blockedOn);
      if (!label) return [];
      const state = states.get(keyOf({ recordId: row.blockedOn, connectionId: row.connectionId }));
      const name = recordLabel(label.entity, { ...label }, row.blockedOn);
      const waits = {
        recordId: row.blockedOn,
        entity: label.entity,
        label: name,
        syncState: state?.state ?? null,
        why: why(state),
      };
      return [[keyOf(row), waits] as const];
    }),
  );
}

function keyOf({ recordId, connectionId }: { readonly recordId: string; readonly connectionId: string }): string {
  return `${recordId}|${connectionId}`;
}

function why(state: ReplicaState | undefined): Wording {
  const message = state?.failure?.['message'] as Partial<Wording> | undefined;
  const cause = { en: message?.en === undefined ? '' : ` ${message.en}`, zh: message?.zh ?? '' };
  switch (state?.state) {
    case undefined:
      return {
        en: 'Nothing plans it there: its flow does not write to this connection, or does not create there.',
        zh: '未计划在该系统中建立：其流程不写入该连接，或不在其中新建。',
      };
    case 'pending':
      return { en: `It is on its way.${cause.en}`, zh: `正在投递。${cause.zh}` };
    case 'blocked':
      return { en: `It waits as well.${cause.en}`, zh: `它也在等待。${cause.zh}` };
    case 'dead':
      return { en: `It is stopped; cure that first.${cause.en}`, zh: `它已停止，请先处理。${cause.zh}` };
    case 'gone':
      return { en: 'It was deleted there.', zh: '它在该系统中已被删除。' };
    case 'settled':
      return { en: 'It is there; this one goes on in a moment.', zh: '它已存在，稍后即继续。' };
  }
}
