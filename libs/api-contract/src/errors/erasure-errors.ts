/** Codes of erasing persons. */
export const erasureErrors = {
  'record.erased': {
    status: 410,
    title: 'Person erased',
    detail: {
      en: 'The person of this record was erased; there is nothing to bring back. Lift the erasure to let systems tell of the person again: that makes a new record.',
      zh: '该记录对应的个人信息已被删除，无法恢复。如需重新接收其数据，请解除删除，届时将建立新记录。',
    },
  },
  'erasure.no-person': {
    status: 409,
    title: 'Not a person',
    detail: {
      en: 'Only a record that is somebody (a customer) can be erased. Erase the customer: the orders lose the personal fields with it.',
      zh: '只能删除代表个人的记录（客户）。请删除该客户，其订单中的个人字段会一并清除。',
    },
  },
  'erasure.done': {
    status: 409,
    title: 'Erased already',
    detail: {
      en: 'The person of this record was erased before; the record says when and why.',
      zh: '该记录对应的个人信息此前已被删除，时间与原因见记录。',
    },
  },
  'erasure.running': {
    status: 409,
    title: 'Erasure under way',
    detail: {
      en: 'The erasure of this person has begun and goes on by itself.',
      zh: '该个人信息的删除已开始，正在自动进行。',
    },
  },
  'erasure.create-in-flight': {
    status: 409,
    title: 'The person is being created somewhere',
    detail: {
      en: 'A system is creating the person at this moment, or may have without its answer having come; "errors" names it. Without the id that it gives, the hub could not recognise the person there later. Try again shortly; where that system is gone for good, use "force".',
      zh: '某系统正在新建该个人，或新建结果尚不明确（见“errors”）。没有其返回的编号，中台以后无法识别该数据。请稍后重试；若该系统已永久停用，可使用“force”。',
    },
    retryable: true,
  },
  'erasure.reason-personal': {
    status: 422,
    title: 'The reason names the person',
    detail: {
      en: 'The reason is kept for good and must not hold a name, number or address of the person. Give the number of the request instead.',
      zh: '原因会长期保存，不得包含该个人的姓名、号码或地址，请改用申请编号。',
    },
  },
  'erasure.not-liftable': {
    status: 409,
    title: 'Cannot be lifted',
    detail: { en: 'The erasure is still running, or was lifted before.', zh: '删除仍在进行，或此前已解除。' },
  },
  'erasure.not-failed': {
    status: 409,
    title: 'Has not failed',
    detail: { en: 'Only an erasure that failed can be taken up again.', zh: '只有失败的删除任务可以继续。' },
  },
} as const;
