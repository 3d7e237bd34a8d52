/** Codes of restoring records and taking batches back. */
export const undoErrors = {
  'record.no-such-version': {
    status: 404,
    title: 'Version not kept',
    detail: {
      en: 'This version of the record never was, or its image is not kept any more. The history shows what there is.',
      zh: '该版本不存在或已不再保留，请查看历史。',
    },
  },
  'undo.batch-unclear': {
    status: 400,
    title: 'Batch not clear',
    detail: {
      en: 'Name one batch: changes (a connection with "from" or a mapping version, or a reconcile run), edits of one "actor", or one "undo". A stream needs its connection.',
      zh: '请指明一个批次：变更（连接加“from”时间或映射版本，或一次对账）、某个“actor”的编辑，或一次“undo”。指定数据流时须同时指定连接。',
    },
  },
  'undo.run-ended': {
    status: 409,
    title: 'Undo run ended',
    detail: { en: 'This run is not running any more.', zh: '该撤销任务已结束。' },
  },
} as const;
