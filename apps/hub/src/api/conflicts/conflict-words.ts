import type { Wording } from '@isthmus/api-contract';
import type { ListedConflict } from '@isthmus/ledger';

const OUTCOMES: { readonly [State in ListedConflict['state']]: Wording } = {
  open: { en: 'Waits for a decision', zh: '等待裁决' },
  record: { en: "The record's value was kept", zh: '保留了记录中的值' },
  incoming: { en: 'The incoming value was taken', zh: '采用了新来的值' },
  joined: { en: 'Both were joined', zh: '合并了双方的值' },
  value: { en: 'Another value was given', zh: '采用了另行填写的值' },
  superseded: { en: 'Nothing is left to decide', zh: '已无需裁决' },
};

const REASONS: { readonly [why: string]: Wording } = {
  asked: { en: 'the policy of the field asks a person', zh: '该字段的策略要求人工裁决' },
  'owner-speaks': { en: 'the owner of the field said it', zh: '由该字段的所有者提供' },
  'owner-holds': { en: 'the owner of the field had set it', zh: '该字段的所有者已设定' },
  'strict-owner': { en: 'only the owner may change the field', zh: '该字段只允许所有者修改' },
  newer: { en: 'it is the newer one', zh: '时间较新' },
  older: { en: 'the incoming one is older', zh: '新来的值时间较旧' },
  'ranks-higher': { en: 'its system ranks higher', zh: '其系统排名较高' },
  'ranks-lower': { en: 'the system of the incoming one ranks lower', zh: '来源系统排名较低' },
  'tie-ranks-higher': { en: 'both are of one time and its system ranks higher', zh: '时间相同，其系统排名较高' },
  'tie-ranks-lower': {
    en: 'both are of one time and the system of the incoming one ranks lower',
    zh: '时间相同，来源系统排名较低',
  },
  'tie-by-name': {
    en: 'both are of one time and of systems that are not ranked: the first by name',
    zh: '时间相同且系统未排名，按名称先后',
  },
  joined: { en: 'what either side added or took out counts', zh: '双方的增减均计入' },
  'item-edited': { en: 'one side edited the item that the other took out', zh: '一方修改了另一方移除的条目' },
  greater: { en: 'the greater one counts', zh: '取较大者' },
  smaller: { en: 'the smaller one counts', zh: '取较小者' },
  'only-value': { en: 'only one side has a value', zh: '仅一方有值' },
  'nobody-known': { en: 'nobody is known to have set the other', zh: '另一方的来源未知' },
};

/** What became of a conflict and why, for people. */
export function conflictWords({ state, why, decidedBy }: ListedConflict): Wording {
  const outcome = OUTCOMES[state];
  const reason = why === null ? undefined : REASONS[why];
  if (decidedBy !== null)
    return { en: `${outcome.en}: decided by ${decidedBy}.`, zh: `${outcome.zh}：由 ${decidedBy} 裁决。` };
  if (!reason || state === 'superseded') return { en: `${outcome.en}.`, zh: `${outcome.zh}。` };
  return { en: `${outcome.en}: ${reason.en}.`, zh: `${outcome.zh}：${reason.zh}。` };
}
