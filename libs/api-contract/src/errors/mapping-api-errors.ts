/** Codes with which the API refuses to preview, publish or roll back a mapping. */
export const mappingApiErrors = {
  'mapping.no-draft': {
    status: 409,
    title: 'No draft',
    detail: {
      en: 'This mapping has no draft. Put one first.',
      zh: '该映射没有草稿，请先提交草稿。',
    },
  },
  'mapping.invalid': {
    status: 422,
    title: 'Mapping cannot be used',
    detail: {
      en: 'The checker found errors in the mapping; "errors" names each place with its line.',
      zh: '映射检查发现错误，“errors”中列出了每一处及其行号。',
    },
  },
  'mapping.other-entity': {
    status: 422,
    title: 'Mapping of another entity',
    detail: {
      en: 'The mapping in use is for another entity. A stream cannot change its entity; map another stream.',
      zh: '当前使用的映射属于其他实体。数据流不能更换实体，请映射其他数据流。',
    },
  },
  'mapping.not-in-flow': {
    status: 409,
    title: 'Stream takes part in no flow',
    detail: {
      en: 'This stream takes part in no active flow, so nothing of it can be mapped anew. Publish as new-only, or resume the flow.',
      zh: '该数据流未参与任何活动流程，无法重新映射已存数据。请以 new-only 发布，或恢复流程。',
    },
  },
  'mapping.unchanged': {
    status: 409,
    title: 'Nothing to publish',
    detail: { en: 'The draft says what is in use already.', zh: '草稿与正在使用的映射相同。' },
  },
  'mapping.preview-required': {
    status: 409,
    title: 'Preview first',
    detail: {
      en: 'Name the finished preview of this draft that you looked at, or publish with "force": true.',
      zh: '请指明已查看的、已完成的草稿预览，或使用 "force": true 发布。',
    },
  },
  'mapping.preview-stale': {
    status: 409,
    title: 'Preview of something else',
    detail: {
      en: 'That preview is of another text, or another mapping has been put to use since. Preview again.',
      zh: '该预览针对其他文本，或此后已启用其他映射。请重新预览。',
    },
  },
  'mapping.published-meanwhile': {
    status: 409,
    title: 'Published meanwhile',
    detail: {
      en: 'Somebody published or rolled back this mapping meanwhile. Look at what is in use now and start again from it.',
      zh: '其间已有人发布或回滚了该映射。请查看当前使用的版本，并以此为基础重新操作。',
    },
  },
  'mapping.run-active': {
    status: 409,
    title: 'A run is under way',
    detail: {
      en: 'A re-sync or undo of this mapping is still running. Wait for its end, or cancel it.',
      zh: '该映射的重新同步或撤销仍在进行，请等待其结束或先取消。',
    },
    retryable: true,
  },
  'mapping.run-ended': {
    status: 409,
    title: 'Run has ended',
    detail: { en: 'This run has ended already.', zh: '该运行已结束。' },
  },
  'mapping.not-in-use': {
    status: 409,
    title: 'Publication not in use',
    detail: {
      en: 'This publication is not the one in use (any more). Read the mapping again to see which one is.',
      zh: '该发布并非（或已不是）正在使用的版本，请重新读取映射以确认。',
    },
  },
  'mapping.nothing-beneath': {
    status: 409,
    title: 'Nothing to fall back to',
    detail: {
      en: 'Without this publication the stream would have no usable mapping. Correct the configured mapping, or publish another one.',
      zh: '撤下该发布后数据流将没有可用的映射。请更正配置中的映射，或发布新的映射。',
    },
  },
} as const;
