import type { ErrorRow } from './error-row.js';

/** What the API answers about backfills, and about pausing one entity of a connection. */
export const controlApiErrors = {
  'connection.no-entity': {
    status: 409,
    title: 'Entity not moved here',
    detail: {
      en: 'No flow moves this entity from or to the connection.',
      zh: '没有流程通过该连接同步此实体。',
    },
  },
  'backfill.no-stream': {
    status: 409,
    title: 'No stream to take again',
    detail: {
      en: 'No stream of a flow fits. Name a connection and stream, or an entity that a flow moves.',
      zh: '没有符合条件的数据流。请指定连接和数据流，或流程中的实体。',
    },
  },
  'backfill.selection': {
    status: 400,
    title: 'Selection not clear',
    detail: {
      en: 'Name one selection: a window of time, native ids, record ids or a mapping version. Lists of native ids and mapping versions need a connection and a stream.',
      zh: '请只指定一种范围：时间段、原系统编号、记录编号或映射版本。原系统编号和映射版本需同时指定连接和数据流。',
    },
  },
  'backfill.not-fetchable': {
    status: 409,
    title: 'Rows cannot be fetched by id',
    detail: {
      en: 'This stream cannot be read by id. Take a window of time, or the whole stream.',
      zh: '该数据流不能按编号读取。请改用时间段或整个数据流。',
    },
  },
  'backfill.not-writable': {
    status: 409,
    title: 'Stream is not written',
    detail: {
      en: 'Nothing is written to this stream, so its copies cannot be brought up to date.',
      zh: '该数据流不可写入，无法更新其副本。',
    },
  },
  'backfill.active': {
    status: 409,
    title: 'A backfill is under way',
    detail: {
      en: 'This stream is being read again already. Wait for its end, or cancel it.',
      zh: '该数据流正在回填，请等待其结束或先取消。',
    },
    retryable: true,
  },
  'backfill.state': {
    status: 409,
    title: 'Backfill is not in that state',
    detail: {
      en: 'A running backfill can be paused, a paused or failed one resumed, and each of them cancelled.',
      zh: '运行中的回填可暂停，已暂停或失败的可恢复，均可取消。',
    },
  },
} as const;

const FILE = ['Correct the place that is named and apply the file again.', '更正指出的位置后重新应用。'] as const;

/** Codes of what is held back: maintenance windows, draining, backfills and rings of references. */
export const controlErrors: readonly ErrorRow[] = [
  [
    'connection.maintenance',
    'The far side is in its maintenance window; reads and writes wait.',
    '对方系统处于维护时段，读写均等待。',
    'Nothing, it goes on when the window ends.',
    '维护时段结束后自动继续。',
  ],
  [
    'connection.draining',
    'Nothing new is read; it pauses when what is open is done.',
    '不再读取新数据，未完成的工作处理后即暂停。',
    'Wait, or resume it.',
    '请等待，或恢复运行。',
  ],
  [
    'flow.draining',
    'Nothing new is read for this flow; it pauses when what is open is done.',
    '该流程不再读取新数据，未完成的工作处理后即暂停。',
    'Wait, or resume it.',
    '请等待，或恢复运行。',
  ],
  [
    'config.time-zone',
    'A maintenance window names a time zone that does not exist.',
    '维护时段的时区不存在。',
    ...FILE,
  ],
  [
    'paging.keyset-stuck',
    'More rows of a stream share one moment than one page holds.',
    '同一时刻的数据超过一页。',
    'Ask for larger pages, or name the parameter for the last id (idParam).',
    '请增大每页行数，或配置按编号分页的参数（idParam）。',
  ],
  [
    'paging.keyset-no-time',
    'A row of a stream that is paged by time carries none.',
    '按时间分页的数据流中有缺少时间的数据行。',
    'Correct modifiedAt of the stream, or choose another paging.',
    '请更正数据流的 modifiedAt，或改用其他分页方式。',
  ],
  [
    'backfill.failed',
    'A step of a backfill failed.',
    '回填的一个步骤失败。',
    'Nothing, it is tried again; when it has failed for good, cure the cause and resume it.',
    '系统会自动重试；若最终失败，请处理原因后恢复。',
  ],
  [
    'delivery.reference-cycle',
    'Records refer to one another in a ring, and each must name the next when it is created.',
    '多条记录互相引用成环，且新建时均必须带有引用。',
    'Clear one of the references, then replay.',
    '请清除其中一个引用后重放。',
  ],
];
