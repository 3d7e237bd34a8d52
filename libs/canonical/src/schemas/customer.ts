import { body, code, flag, list, longText, object, oneOf, personal, text } from './schema.js';
import {
  addressFields,
  attribution,
  date,
  decimal,
  externalRef,
  instant,
  money,
  primary,
  rate,
  ref,
  tags,
} from './values.js';

const person = object('Person', '个人', {
  familyName: personal(text('Family name', '姓')),
  givenName: personal(text('Given name', '名')),
  fullName: personal(text('Full name', '姓名')),
  nickname: personal(text('Nickname', '昵称')),
  gender: oneOf('Gender', '性别', ['male', 'female', 'other', 'unknown']),
  birthDate: personal({
    type: 'string',
    pattern: '^(\\d{4}-|--)(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])$',
    'x-title': { en: 'Birth date', zh: '出生日期' },
  }),
  jobTitle: text('Job title', '职务'),
});

const organization = object('Organization', '组织', {
  legalName: text('Legal name', '法定名称'),
  shortName: text('Short name', '简称'),
  unifiedSocialCreditCode: code('Unified social credit code', '统一社会信用代码', { maxLength: 18 }),
  taxId: code('Tax number', '税号', { maxLength: 50 }),
  industry: text('Industry', '行业'),
});

const codeAndName = { code: code('Code', '编码'), name: text('Name', '名称') };

const contactPoints = list(
  'Contact points',
  '联系方式',
  object(
    'Contact point',
    '联系方式',
    {
      kind: oneOf('Kind', '类型', ['mobile', 'phone', 'email', 'fax', 'qq', 'wechatId', 'web']),
      value: personal(code('Value', '值', { maxLength: 320 })),
      raw: personal(text('As written in the source', '原文')),
      ext: code('Extension', '分机', { maxLength: 20 }),
      label: text('Label', '标签'),
      isPrimary: primary,
      verifiedAt: instant('Verified', '验证时间'),
    },
    ['kind', 'value'],
  ),
  ['kind', 'value'],
);

const contacts = list(
  'Contacts',
  '联系人',
  object(
    'Contact',
    '联系人',
    {
      key: code('Key', '键'),
      name: personal(text('Name', '姓名')),
      role: text('Role', '职务'),
      department: text('Department', '部门'),
      isPrimary: primary,
      contactPoints,
    },
    ['key', 'name'],
  ),
  ['key'],
);

const addresses = list(
  'Addresses',
  '地址',
  object(
    'Address',
    '地址',
    {
      key: code('Key', '键'),
      use: oneOf('Use', '用途', ['billing', 'shipping', 'registered', 'home', 'work']),
      recipient: personal(text('Recipient', '收件人')),
      phone: personal(code('Phone', '电话', { maxLength: 50 })),
      ...addressFields,
      isDefault: flag('Default', '默认'),
    },
    ['key'],
  ),
  ['key'],
);

const identities = list(
  'Identities',
  '身份标识',
  object(
    'Identity',
    '身份标识',
    {
      provider: code('Provider', '平台'),
      appScope: code('Scope', '应用范围'),
      subjectKind: code('Kind of subject', '标识类型'),
      subject: personal(code('Subject', '标识')),
      nickname: personal(text('Nickname', '昵称')),
      avatarUrl: text('Avatar', '头像', { maxLength: 2000 }),
      linkedBy: text('Linked by', '关联规则'),
      confidence: decimal('Confidence', '置信度', '^(0|1|0\\.\\d{1,6})$'),
      firstSeenAt: instant('First seen', '首次出现'),
      lastSeenAt: instant('Last seen', '最近出现'),
    },
    ['provider', 'subjectKind', 'subject'],
  ),
  ['provider', 'appScope', 'subjectKind', 'subject'],
);

const relations = list(
  'Relations with staff',
  '跟进员工',
  object(
    'Relation',
    '跟进',
    {
      staffRef: code('Employee', '员工'),
      remark: personal(text('Remark', '备注名')),
      description: longText('Description', '描述', 2000),
      addedAt: instant('Added', '添加时间'),
      addWay: code('How added', '添加方式'),
      state: code('State parameter', '渠道参数'),
      tags: list('Tags', '标签', { type: 'string', minLength: 1, maxLength: 200 }),
      deletedAt: instant('Deleted', '删除时间'),
      deletedBy: oneOf('Deleted by', '删除方', ['staff', 'customer', 'system']),
    },
    ['staffRef'],
  ),
  ['staffRef'],
);

const consents = list(
  'Consents',
  '授权',
  object(
    'Consent',
    '授权',
    {
      purpose: code('Purpose', '目的'),
      channel: code('Channel', '渠道'),
      status: oneOf('Status', '状态', ['granted', 'denied', 'withdrawn', 'unknown']),
      legalBasis: text('Legal basis', '法律依据'),
      source: text('Source', '来源'),
      at: instant('Given', '时间'),
      expiresAt: instant('Expires', '到期时间'),
      evidence: text('Evidence', '凭证', { maxLength: 2000 }),
    },
    ['purpose', 'status'],
  ),
  ['purpose', 'channel'],
);

const loyalty = list(
  'Loyalty',
  '会员',
  object(
    'Membership',
    '会员卡',
    {
      program: code('Program', '会员计划'),
      memberNo: personal(code('Member number', '会员号')),
      level: text('Level', '等级'),
      points: decimal('Points', '积分'),
      storedValue: money('Stored value', '储值余额'),
      joinedAt: instant('Joined', '入会时间'),
      validFrom: date('Valid from', '有效期起'),
      validTo: date('Valid to', '有效期止'),
      storeRef: externalRef('Store', '门店'),
    },
    ['program'],
  ),
  ['program', 'memberNo'],
);

const invoicing = object('Invoicing', '开票信息', {
  title: text('Invoice title', '发票抬头'),
  taxpayerNo: code('Taxpayer number', '纳税人识别号', { maxLength: 50 }),
  bank: text('Bank', '开户行'),
  bankAccount: personal(code('Bank account', '银行账号', { maxLength: 60 })),
  address: personal(text('Address', '地址')),
  phone: personal(code('Phone', '电话', { maxLength: 50 })),
  email: personal(code('E-mail', '电子邮箱', { maxLength: 320 })),
  invoiceKind: oneOf('Kind of invoice', '发票类型', [
    'none',
    'paperSpecial',
    'paperOrdinary',
    'eOrdinary',
    'eSpecial',
    'digitalOrdinary',
    'digitalSpecial',
  ]),
  vatRate: rate('VAT rate', '税率'),
});

// Said with `else`, because an object with a member called `then` is taken for a promise when it is awaited.
const whenKind = (kind: string): object => ({
  if: { not: { type: 'object', properties: { kind: { const: kind } }, required: ['kind'] } },
  else: { required: [kind] },
});

/** Customer: a person or an organization that buys. */
export const customerSchema = {
  ...body(
    'customer',
    1,
    'Customer',
    '客户',
    {
      kind: oneOf('Kind', '类型', ['person', 'organization']),
      customerNumber: code('Customer number', '客户编号'),
      displayName: personal(text('Display name', '名称', { maxLength: 200 })),
      person,
      organization,
      parentId: ref('customer', 'Parent', '上级客户'),
      group: object('Group', '客户分组', codeAndName),
      priceLevel: object('Price level', '价格等级', codeAndName),
      ownerRef: externalRef('Owner', '负责人'),
      departmentRef: externalRef('Department', '部门'),
      lifecycleStage: oneOf('Lifecycle stage', '生命周期', ['lead', 'prospect', 'customer', 'member', 'churned']),
      contacts,
      contactPoints,
      addresses,
      identities,
      relations,
      tags: tags(),
      consents,
      loyalty,
      credit: object('Credit', '信用', {
        limit: money('Limit', '信用额度'),
        balanceDue: money('Balance due', '应收余额'),
        termsCode: code('Terms code', '账期编码'),
        termsDays: { type: 'integer', minimum: 0, maximum: 3650, 'x-title': { en: 'Terms (days)', zh: '账期（天）' } },
      }),
      invoicing,
      language: code('Language', '语言', { maxLength: 35 }),
      timeZone: code('Time zone', '时区', { maxLength: 60 }),
      attribution: attribution(true),
      note: longText('Note', '备注', 2000),
      mergedFromIds: list('Merged from', '合并来源', ref('customer', 'Customer', '客户')),
    },
    ['kind', 'displayName'],
  ),
  allOf: [whenKind('person'), whenKind('organization')],
};
