/** Codes with which the API refuses to merge records, to take them apart, or to confirm a first sync. */
export const identityApiErrors = {
  'record.merge-unfit': {
    status: 409,
    title: 'Records cannot be merged',
    detail: {
      en: 'Only two living records of one entity can be merged; "errors" says what does not fit.',
      zh: '只能合并同一实体的两条有效记录，详见“errors”。',
    },
  },
  'record.merge-choice': {
    status: 422,
    title: 'Choice without effect',
    detail: {
      en: 'A choice names a field that neither record has; "errors" names it.',
      zh: '所选字段在两条记录中均不存在，详见“errors”。',
    },
  },
  'record.merge-busy': {
    status: 409,
    title: 'A copy is being written',
    detail: {
      en: 'A copy of one of the records is being written at this moment, or the outcome of its creation is not known yet. Try again shortly.',
      zh: '其中一条记录的副本正在写入，或其新建结果尚不明确，请稍后重试。',
    },
    retryable: true,
  },
  'record.merge-invalid': {
    status: 422,
    title: 'Merged record would not be valid',
    detail: {
      en: 'The merged record would break the rules of its entity; "errors" names each place. Choose other values.',
      zh: '合并后的记录不符合规则，详见“errors”，请调整所选的值。',
    },
  },
  'record.not-merged': {
    status: 409,
    title: 'Record is not merged',
    detail: {
      en: 'This record is not merged into another. Name the record that was merged away.',
      zh: '该记录未被合并到其他记录，请指定被合并的记录。',
    },
  },
  'record.merged-again': {
    status: 409,
    title: 'Undo the later merge first',
    detail: {
      en: 'The record that this one was merged into was itself merged into another. Undo that merge first.',
      zh: '合并后的记录又被合并到了另一条记录，请先撤销后一次合并。',
    },
  },
  'record.image-missing': {
    status: 409,
    title: 'Earlier version not kept',
    detail: {
      en: 'The versions from before the merge are not kept any more, so it cannot be undone.',
      zh: '合并前的版本已不再保留，无法撤销。',
    },
  },
  'flow.not-awaiting': {
    status: 409,
    title: 'Flow does not wait',
    detail: {
      en: 'This flow does not wait for a confirmation (any more).',
      zh: '该流程当前无需确认。',
    },
  },
  'flow.matching-incomplete': {
    status: 409,
    title: 'Not everything was read yet',
    detail: {
      en: 'Not all members were read to their end, so the report does not say yet what would happen. Wait, or confirm with "incomplete": true.',
      zh: '部分成员尚未读取完毕，报告还不完整。请等待，或使用 "incomplete": true 确认。',
    },
    retryable: true,
  },
  'flow.matching-changed': {
    status: 409,
    title: 'Report has changed',
    detail: {
      en: 'The counts are not those of the report that was looked at. Read it again, then confirm.',
      zh: '匹配结果与所查看的报告不同，请重新查看后再确认。',
    },
  },
} as const;
