/* Made by libs/canonical/scripts/generate-types.mjs from src/schemas. Do not edit. */
import type { Ref } from '../refs.js';
import type { Money } from '../values/money.js';
import type { Quantity } from '../values/quantity.js';

/**
 * Customer / 客户
 */
export interface Customer {
  /**
   * Kind / 类型
   */
  kind: 'person' | 'organization';
  /**
   * Customer number / 客户编号
   */
  customerNumber?: string;
  /**
   * Display name / 名称
   */
  displayName: string;
  /**
   * Person / 个人
   */
  person?: {
    /**
     * Family name / 姓
     */
    familyName?: string;
    /**
     * Given name / 名
     */
    givenName?: string;
    /**
     * Full name / 姓名
     */
    fullName?: string;
    /**
     * Nickname / 昵称
     */
    nickname?: string;
    /**
     * Gender / 性别
     */
    gender?: 'male' | 'female' | 'other' | 'unknown';
    /**
     * Birth date / 出生日期
     */
    birthDate?: string;
    /**
     * Job title / 职务
     */
    jobTitle?: string;
  };
  /**
   * Organization / 组织
   */
  organization?: {
    /**
     * Legal name / 法定名称
     */
    legalName?: string;
    /**
     * Short name / 简称
     */
    shortName?: string;
    /**
     * Unified social credit code / 统一社会信用代码
     */
    unifiedSocialCreditCode?: string;
    /**
     * Tax number / 税号
     */
    taxId?: string;
    /**
     * Industry / 行业
     */
    industry?: string;
  };
  /**
   * Parent / 上级客户
   */
  parentId?: Ref;
  /**
   * Group / 客户分组
   */
  group?: {
    /**
     * Code / 编码
     */
    code?: string;
    /**
     * Name / 名称
     */
    name?: string;
  };
  /**
   * Price level / 价格等级
   */
  priceLevel?: {
    /**
     * Code / 编码
     */
    code?: string;
    /**
     * Name / 名称
     */
    name?: string;
  };
  /**
   * Owner / 负责人
   */
  ownerRef?: {
    /**
     * System / 系统
     */
    system?: string;
    /**
     * Id there / 外部编号
     */
    externalId?: string;
    /**
     * Name / 名称
     */
    name?: string;
  };
  /**
   * Department / 部门
   */
  departmentRef?: {
    /**
     * System / 系统
     */
    system?: string;
    /**
     * Id there / 外部编号
     */
    externalId?: string;
    /**
     * Name / 名称
     */
    name?: string;
  };
  /**
   * Lifecycle stage / 生命周期
   */
  lifecycleStage?: 'lead' | 'prospect' | 'customer' | 'member' | 'churned';
  /**
   * Contacts / 联系人
   *
   * Items: Contact / 联系人
   */
  contacts?: {
    /**
     * Key / 键
     */
    key: string;
    /**
     * Name / 姓名
     */
    name: string;
    /**
     * Role / 职务
     */
    role?: string;
    /**
     * Department / 部门
     */
    department?: string;
    /**
     * Primary / 首选
     */
    isPrimary?: boolean;
    /**
     * Contact points / 联系方式
     *
     * Items: Contact point / 联系方式
     */
    contactPoints?: {
      /**
       * Kind / 类型
       */
      kind: 'mobile' | 'phone' | 'email' | 'fax' | 'qq' | 'wechatId' | 'web';
      /**
       * Value / 值
       */
      value: string;
      /**
       * As written in the source / 原文
       */
      raw?: string;
      /**
       * Extension / 分机
       */
      ext?: string;
      /**
       * Label / 标签
       */
      label?: string;
      /**
       * Primary / 首选
       */
      isPrimary?: boolean;
      /**
       * Verified / 验证时间
       */
      verifiedAt?: string;
    }[];
  }[];
  /**
   * Contact points / 联系方式
   *
   * Items: Contact point / 联系方式
   */
  contactPoints?: {
    /**
     * Kind / 类型
     */
    kind: 'mobile' | 'phone' | 'email' | 'fax' | 'qq' | 'wechatId' | 'web';
    /**
     * Value / 值
     */
    value: string;
    /**
     * As written in the source / 原文
     */
    raw?: string;
    /**
     * Extension / 分机
     */
    ext?: string;
    /**
     * Label / 标签
     */
    label?: string;
    /**
     * Primary / 首选
     */
    isPrimary?: boolean;
    /**
     * Verified / 验证时间
     */
    verifiedAt?: string;
  }[];
  /**
   * Addresses / 地址
   *
   * Items: Address / 地址
   */
  addresses?: {
    /**
     * Key / 键
     */
    key: string;
    /**
     * Use / 用途
     */
    use?: 'billing' | 'shipping' | 'registered' | 'home' | 'work';
    /**
     * Recipient / 收件人
     */
    recipient?: string;
    /**
     * Phone / 电话
     */
    phone?: string;
    /**
     * Country / 国家或地区
     */
    country?: string;
    /**
     * State or province / 省
     */
    region?: string;
    /**
     * City / 市
     */
    city?: string;
    /**
     * District / 区县
     */
    district?: string;
    /**
     * Division code / 行政区划代码
     */
    divisionCode?: string;
    /**
     * Street lines / 详细地址
     */
    lines?: string[];
    /**
     * Postal code / 邮政编码
     */
    postalCode?: string;
    /**
     * Default / 默认
     */
    isDefault?: boolean;
  }[];
  /**
   * Identities / 身份标识
   *
   * Items: Identity / 身份标识
   */
  identities?: {
    /**
     * Provider / 平台
     */
    provider: string;
    /**
     * Scope / 应用范围
     */
    appScope?: string;
    /**
     * Kind of subject / 标识类型
     */
    subjectKind: string;
    /**
     * Subject / 标识
     */
    subject: string;
    /**
     * Nickname / 昵称
     */
    nickname?: string;
    /**
     * Avatar / 头像
     */
    avatarUrl?: string;
    /**
     * Linked by / 关联规则
     */
    linkedBy?: string;
    /**
     * Confidence / 置信度
     */
    confidence?: string;
    /**
     * First seen / 首次出现
     */
    firstSeenAt?: string;
    /**
     * Last seen / 最近出现
     */
    lastSeenAt?: string;
  }[];
  /**
   * Relations with staff / 跟进员工
   *
   * Items: Relation / 跟进
   */
  relations?: {
    /**
     * Employee / 员工
     */
    staffRef: string;
    /**
     * Remark / 备注名
     */
    remark?: string;
    /**
     * Description / 描述
     */
    description?: string;
    /**
     * Added / 添加时间
     */
    addedAt?: string;
    /**
     * How added / 添加方式
     */
    addWay?: string;
    /**
     * State parameter / 渠道参数
     */
    state?: string;
    /**
     * Tags / 标签
     */
    tags?: string[];
    /**
     * Deleted / 删除时间
     */
    deletedAt?: string;
    /**
     * Deleted by / 删除方
     */
    deletedBy?: 'staff' | 'customer' | 'system';
  }[];
  /**
   * Tags / 标签
   *
   * Items: Tag / 标签
   */
  tags?: {
    /**
     * Group / 标签组
     */
    group?: string;
    /**
     * Name / 名称
     */
    name: string;
    /**
     * Id there / 外部编号
     */
    externalId?: string;
    /**
     * Scope / 范围
     */
    scope?: 'corp' | 'staff' | 'system';
    /**
     * Connection / 连接
     */
    connectionId?: string;
  }[];
  /**
   * Consents / 授权
   *
   * Items: Consent / 授权
   */
  consents?: {
    /**
     * Purpose / 目的
     */
    purpose: string;
    /**
     * Channel / 渠道
     */
    channel?: string;
    /**
     * Status / 状态
     */
    status: 'granted' | 'denied' | 'withdrawn' | 'unknown';
    /**
     * Legal basis / 法律依据
     */
    legalBasis?: string;
    /**
     * Source / 来源
     */
    source?: string;
    /**
     * Given / 时间
     */
    at?: string;
    /**
     * Expires / 到期时间
     */
    expiresAt?: string;
    /**
     * Evidence / 凭证
     */
    evidence?: string;
  }[];
  /**
   * Loyalty / 会员
   *
   * Items: Membership / 会员卡
   */
  loyalty?: {
    /**
     * Program / 会员计划
     */
    program: string;
    /**
     * Member number / 会员号
     */
    memberNo?: string;
    /**
     * Level / 等级
     */
    level?: string;
    /**
     * Points / 积分
     */
    points?: string;
    /**
     * Stored value / 储值余额
     */
    storedValue?: Money;
    /**
     * Joined / 入会时间
     */
    joinedAt?: string;
    /**
     * Valid from / 有效期起
     */
    validFrom?: string;
    /**
     * Valid to / 有效期止
     */
    validTo?: string;
    /**
     * Store / 门店
     */
    storeRef?: {
      /**
       * System / 系统
       */
      system?: string;
      /**
       * Id there / 外部编号
       */
      externalId?: string;
      /**
       * Name / 名称
       */
      name?: string;
    };
  }[];
  /**
   * Credit / 信用
   */
  credit?: {
    /**
     * Limit / 信用额度
     */
    limit?: Money;
    /**
     * Balance due / 应收余额
     */
    balanceDue?: Money;
    /**
     * Terms code / 账期编码
     */
    termsCode?: string;
    /**
     * Terms (days) / 账期（天）
     */
    termsDays?: number;
  };
  /**
   * Invoicing / 开票信息
   */
  invoicing?: {
    /**
     * Invoice title / 发票抬头
     */
    title?: string;
    /**
     * Taxpayer number / 纳税人识别号
     */
    taxpayerNo?: string;
    /**
     * Bank / 开户行
     */
    bank?: string;
    /**
     * Bank account / 银行账号
     */
    bankAccount?: string;
    /**
     * Address / 地址
     */
    address?: string;
    /**
     * Phone / 电话
     */
    phone?: string;
    /**
     * E-mail / 电子邮箱
     */
    email?: string;
    /**
     * Kind of invoice / 发票类型
     */
    invoiceKind?:
      'none' | 'paperSpecial' | 'paperOrdinary' | 'eOrdinary' | 'eSpecial' | 'digitalOrdinary' | 'digitalSpecial';
    /**
     * VAT rate / 税率
     */
    vatRate?: string;
  };
  /**
   * Language / 语言
   */
  language?: string;
  /**
   * Time zone / 时区
   */
  timeZone?: string;
  /**
   * Attribution / 来源归因
   */
  attribution?: {
    /**
     * Channel / 渠道
     */
    channel?: string;
    /**
     * Campaign / 活动
     */
    campaign?: string;
    /**
     * State parameter / 渠道参数
     */
    state?: string;
    /**
     * First touch / 首次接触时间
     */
    firstTouchAt?: string;
  };
  /**
   * Note / 备注
   */
  note?: string;
  /**
   * Merged from / 合并来源
   *
   * Items: Customer / 客户
   */
  mergedFromIds?: Ref[];
  /**
   * Vendor fields / 扩展字段
   */
  extensions?: {
    [k: string]: unknown;
  };
}

/**
 * Product / 商品
 */
export interface Product {
  /**
   * Product code / 商品编码
   */
  productCode?: string;
  /**
   * SKU / SKU 编码
   */
  skuCode: string;
  /**
   * Name / 名称
   */
  name: string;
  /**
   * Specification / 规格型号
   */
  spec?: string;
  /**
   * Description / 描述
   */
  description?: string;
  /**
   * Brand / 品牌
   */
  brand?: string;
  /**
   * Category / 分类
   */
  categoryPath?: string[];
  /**
   * Media / 图片
   */
  media?: string[];
  /**
   * Kind / 类型
   */
  kind: 'goods' | 'service' | 'bundle' | 'giftCard';
  /**
   * Barcodes / 条码
   *
   * Items: Barcode / 条码
   */
  barcodes?: {
    /**
     * Value / 值
     */
    value: string;
    /**
     * Symbology / 码制
     */
    symbology?: string;
    /**
     * Unit / 单位
     */
    unit?: string;
  }[];
  /**
   * Options / 属性
   *
   * Items: Option / 选项
   */
  options?: {
    /**
     * Name / 名称
     */
    name: string;
    /**
     * Value / 值
     */
    value: string;
  }[];
  /**
   * Base unit / 基本单位
   */
  baseUnit: string;
  /**
   * Unit conversions / 单位换算
   *
   * Items: Conversion / 换算
   */
  unitConversions?: {
    /**
     * Unit / 单位
     */
    unit: string;
    /**
     * Base units in one / 换算率
     */
    factor: string;
    /**
     * Used for / 用途
     */
    usedFor?: ('sale' | 'purchase' | 'store')[];
    /**
     * Barcode / 条码
     */
    barcode?: string;
  }[];
  /**
   * Prices / 价格
   *
   * Items: Price / 价格
   */
  prices?: {
    /**
     * Kind / 类型
     */
    priceKind: 'retail' | 'wholesale' | 'level' | 'member' | 'purchase' | 'minimum';
    /**
     * Level / 等级
     */
    level?: string;
    /**
     * Amount / 金额
     */
    amount: Money;
    /**
     * Unit / 单位
     */
    unit?: string;
    /**
     * Price includes tax / 含税
     */
    priceIncludesTax?: boolean;
    /**
     * Valid from / 生效日期
     */
    validFrom?: string;
    /**
     * Valid to / 失效日期
     */
    validTo?: string;
  }[];
  /**
   * Cost / 成本
   */
  cost?: Money;
  /**
   * Tax rate / 税率
   */
  taxRate?: string;
  /**
   * Tax category code / 税收分类编码
   */
  taxCategoryCode?: string;
  /**
   * Tracking / 批次序列号管理
   */
  tracking: 'none' | 'lot' | 'serial';
  /**
   * Shelf life / 保质期
   */
  shelfLife?: {
    /**
     * Length / 时长
     */
    value: number;
    /**
     * Unit / 单位
     */
    unit: 'day' | 'month' | 'year';
    /**
     * Alert (days) / 预警天数
     */
    alertDays?: number;
  };
  /**
   * Stock policy / 库存策略
   */
  stockPolicy?: {
    /**
     * Track stock / 管理库存
     */
    track?: boolean;
    /**
     * Minimum / 最低库存
     */
    min?: Quantity;
    /**
     * Maximum / 最高库存
     */
    max?: Quantity;
    /**
     * Safety stock / 安全库存
     */
    safety?: Quantity;
    /**
     * Allow overselling / 允许超卖
     */
    allowOversell?: boolean;
  };
  /**
   * Weight / 重量
   */
  weight?: Quantity;
  /**
   * Length / 长
   */
  length?: Quantity;
  /**
   * Width / 宽
   */
  width?: Quantity;
  /**
   * Height / 高
   */
  height?: Quantity;
  /**
   * Volume / 体积
   */
  volume?: Quantity;
  /**
   * Sales status / 销售状态
   */
  salesStatus: 'draft' | 'active' | 'discontinued';
  /**
   * Vendor fields / 扩展字段
   */
  extensions?: {
    [k: string]: unknown;
  };
}

/**
 * Location / 仓库门店
 */
export interface Location {
  /**
   * Code / 编码
   */
  code: string;
  /**
   * Name / 名称
   */
  name: string;
  /**
   * Kind / 类型
   */
  kind: 'warehouse' | 'store' | 'bin' | 'transit' | 'virtual' | 'supplier' | 'customer';
  /**
   * Global location number / 全球位置码
   */
  gln?: string;
  /**
   * Parent / 上级
   */
  parentId?: Ref;
  /**
   * Sells from here / 可售
   */
  sellable?: boolean;
  /**
   * Priority / 优先级
   */
  priority?: number;
  /**
   * Address / 地址
   */
  address?: {
    /**
     * Country / 国家或地区
     */
    country?: string;
    /**
     * State or province / 省
     */
    region?: string;
    /**
     * City / 市
     */
    city?: string;
    /**
     * District / 区县
     */
    district?: string;
    /**
     * Division code / 行政区划代码
     */
    divisionCode?: string;
    /**
     * Street lines / 详细地址
     */
    lines?: string[];
    /**
     * Postal code / 邮政编码
     */
    postalCode?: string;
  };
  /**
   * Vendor fields / 扩展字段
   */
  extensions?: {
    [k: string]: unknown;
  };
}

/**
 * Order / 订单
 */
export interface Order {
  /**
   * Order number / 订单号
   */
  orderNumber: string;
  /**
   * Number in the channel / 外部单号
   */
  externalNumber?: string;
  /**
   * Type / 类型
   */
  orderType: 'sale' | 'return' | 'exchange' | 'preorder';
  /**
   * Channel / 渠道
   */
  channel: {
    /**
     * Kind / 类型
     */
    kind: 'pos' | 'wecom' | 'wechatMp' | 'douyin' | 'ecommerce' | 'sales' | 'phone' | 'import';
    /**
     * Code / 编码
     */
    code: string;
    /**
     * Store / 门店
     */
    storeRef?: {
      /**
       * System / 系统
       */
      system?: string;
      /**
       * Id there / 外部编号
       */
      externalId?: string;
      /**
       * Name / 名称
       */
      name?: string;
    };
    /**
     * Source application / 来源应用
     */
    sourceApp?: string;
  };
  /**
   * Order date / 单据日期
   */
  orderDate: string;
  /**
   * Placed / 下单时间
   */
  placedAt?: string;
  /**
   * Customer / 客户
   */
  customerId?: Ref;
  /**
   * Customer as ordered / 客户快照
   */
  customerSnapshot?: {
    /**
     * Name / 名称
     */
    name?: string;
    /**
     * Phone / 电话
     */
    phone?: string;
  };
  /**
   * Bill to / 账单信息
   */
  billTo?: {
    /**
     * Recipient / 收件人
     */
    recipient?: string;
    /**
     * Phone / 电话
     */
    phone?: string;
    /**
     * Address / 地址
     */
    address?: {
      /**
       * Country / 国家或地区
       */
      country?: string;
      /**
       * State or province / 省
       */
      region?: string;
      /**
       * City / 市
       */
      city?: string;
      /**
       * District / 区县
       */
      district?: string;
      /**
       * Division code / 行政区划代码
       */
      divisionCode?: string;
      /**
       * Street lines / 详细地址
       */
      lines?: string[];
      /**
       * Postal code / 邮政编码
       */
      postalCode?: string;
    };
  };
  /**
   * Ship to / 收货信息
   */
  shipTo?: {
    /**
     * Recipient / 收件人
     */
    recipient?: string;
    /**
     * Phone / 电话
     */
    phone?: string;
    /**
     * Address / 地址
     */
    address?: {
      /**
       * Country / 国家或地区
       */
      country?: string;
      /**
       * State or province / 省
       */
      region?: string;
      /**
       * City / 市
       */
      city?: string;
      /**
       * District / 区县
       */
      district?: string;
      /**
       * Division code / 行政区划代码
       */
      divisionCode?: string;
      /**
       * Street lines / 详细地址
       */
      lines?: string[];
      /**
       * Postal code / 邮政编码
       */
      postalCode?: string;
    };
  };
  /**
   * Sales person / 业务员
   */
  salesRef?: {
    /**
     * System / 系统
     */
    system?: string;
    /**
     * Id there / 外部编号
     */
    externalId?: string;
    /**
     * Name / 名称
     */
    name?: string;
  };
  /**
   * Department / 部门
   */
  departmentRef?: {
    /**
     * System / 系统
     */
    system?: string;
    /**
     * Id there / 外部编号
     */
    externalId?: string;
    /**
     * Name / 名称
     */
    name?: string;
  };
  /**
   * Fulfilment location / 发货仓库门店
   */
  locationId?: Ref;
  /**
   * Currency / 币种
   */
  currency: string;
  /**
   * Exchange rate / 汇率
   */
  exchangeRate?: string;
  /**
   * Unit prices include tax / 单价含税
   */
  priceIncludesTax: boolean;
  /**
   * Lines / 明细
   *
   * Items: Line / 明细行
   */
  lines: {
    /**
     * Line id / 行标识
     */
    lineId: string;
    /**
     * Line number / 行号
     */
    lineNo: number;
    /**
     * Product / 商品
     */
    skuId?: Ref;
    /**
     * Item as sold / 商品快照
     */
    itemSnapshot: {
      /**
       * SKU / SKU 编码
       */
      skuCode?: string;
      /**
       * Name / 名称
       */
      name: string;
      /**
       * Specification / 规格型号
       */
      spec?: string;
      /**
       * Barcode / 条码
       */
      barcode?: string;
    };
    /**
     * Quantity / 数量
     */
    quantity: Quantity;
    /**
     * Unit price / 单价
     */
    unitPrice: Money;
    /**
     * List price / 标价
     */
    listPrice?: Money;
    /**
     * Discount rate / 折扣率
     */
    discountRate?: string;
    /**
     * Discount (net) / 折扣额
     */
    discountAmount?: Money;
    /**
     * Tax rate / 税率
     */
    taxRate: string;
    /**
     * Tax / 税额
     */
    taxAmount: Money;
    /**
     * Net amount / 不含税金额
     */
    netAmount: Money;
    /**
     * Gross amount / 价税合计
     */
    grossAmount: Money;
    /**
     * Gift / 赠品
     */
    isGift?: boolean;
    /**
     * Location / 仓库门店
     */
    locationId?: Ref;
    /**
     * Lot / 批次
     */
    lot?: string;
    /**
     * Serial numbers / 序列号
     */
    serials?: string[];
    /**
     * Made on / 生产日期
     */
    madeOn?: string;
    /**
     * Expires on / 有效期至
     */
    expiresOn?: string;
    /**
     * Delivery date / 交货日期
     */
    deliveryDate?: string;
    /**
     * Fulfilled / 已出库数量
     */
    fulfilledQty?: Quantity;
    /**
     * Returned / 已退数量
     */
    returnedQty?: Quantity;
    /**
     * Cancelled / 已取消数量
     */
    cancelledQty?: Quantity;
    /**
     * Line in the source / 来源行
     */
    sourceLineRef?: {
      /**
       * System / 系统
       */
      system?: string;
      /**
       * Id there / 外部编号
       */
      externalId?: string;
      /**
       * Name / 名称
       */
      name?: string;
    };
    /**
     * Options / 属性
     *
     * Items: Option / 选项
     */
    options?: {
      /**
       * Name / 名称
       */
      name: string;
      /**
       * Value / 值
       */
      value: string;
    }[];
    /**
     * Note / 备注
     */
    note?: string;
  }[];
  /**
   * Discounts / 优惠
   *
   * Items: Discount / 优惠
   */
  discounts?: {
    /**
     * Id / 标识
     */
    id: string;
    /**
     * Scope / 范围
     */
    scope: 'order' | 'line';
    /**
     * Kind / 类型
     */
    kind: 'percent' | 'fixed' | 'coupon' | 'points' | 'promotion' | 'manual';
    /**
     * Rate / 折扣率
     */
    rate?: string;
    /**
     * Amount / 金额
     */
    amount: Money;
    /**
     * Code / 券码
     */
    code?: string;
    /**
     * Shares of lines / 分摊
     *
     * Items: Share / 分摊
     */
    allocations?: {
      /**
       * Line id / 行标识
       */
      lineId: string;
      /**
       * Amount / 金额
       */
      amount: Money;
    }[];
  }[];
  /**
   * Charges / 费用
   *
   * Items: Charge / 费用
   */
  charges?: {
    /**
     * Id / 标识
     */
    id: string;
    /**
     * Kind / 类型
     */
    kind: 'shipping' | 'service' | 'packaging' | 'handling' | 'tip';
    /**
     * Net amount / 不含税金额
     */
    netAmount: Money;
    /**
     * Tax rate / 税率
     */
    taxRate: string;
    /**
     * Tax / 税额
     */
    taxAmount: Money;
  }[];
  /**
   * Taxes / 税额
   *
   * Items: Tax / 税
   */
  taxes: {
    /**
     * Category / 税种
     */
    categoryCode?: string;
    /**
     * Rate / 税率
     */
    rate: string;
    /**
     * Taxable amount / 计税金额
     */
    taxableAmount: Money;
    /**
     * Tax / 税额
     */
    taxAmount: Money;
  }[];
  /**
   * Totals / 合计
   */
  totals: {
    /**
     * Goods before discounts (net) / 商品原价合计
     */
    itemsGross: Money;
    /**
     * Discounts (net) / 优惠合计
     */
    discount: Money;
    /**
     * Charges / 费用合计
     */
    charges: Money;
    /**
     * Net / 不含税合计
     */
    net: Money;
    /**
     * Tax / 税额合计
     */
    tax: Money;
    /**
     * Rounding / 尾差
     */
    rounding: Money;
    /**
     * Grand total / 应付总额
     */
    grand: Money;
    /**
     * Paid / 已付
     */
    paid: Money;
    /**
     * Refunded / 已退款
     */
    refunded: Money;
    /**
     * Due / 未付
     */
    due: Money;
  };
  /**
   * Payments / 付款
   *
   * Items: Payment / 付款
   */
  payments?: {
    /**
     * Id / 标识
     */
    id: string;
    /**
     * Method / 方式
     */
    method:
      | 'cash'
      | 'card'
      | 'wechatPay'
      | 'alipay'
      | 'unionPay'
      | 'bankTransfer'
      | 'storedValue'
      | 'points'
      | 'voucher'
      | 'onAccount'
      | 'other';
    /**
     * Amount / 金额
     */
    amount: Money;
    /**
     * Status / 状态
     */
    status: 'pending' | 'authorized' | 'captured' | 'failed' | 'voided';
    /**
     * Paid / 付款时间
     */
    paidAt?: string;
    /**
     * Transaction / 交易号
     */
    externalTxnId?: string;
    /**
     * Fee / 手续费
     */
    fee?: Money;
  }[];
  /**
   * Fulfilments / 履约
   *
   * Items: Fulfilment / 履约
   */
  fulfillments?: {
    /**
     * Id / 标识
     */
    id: string;
    /**
     * Kind / 类型
     */
    kind: 'ship' | 'pickup' | 'delivery' | 'inStore';
    /**
     * Status / 状态
     */
    status: 'proposed' | 'reserved' | 'prepared' | 'shipped' | 'delivered' | 'cancelled' | 'failed';
    /**
     * Location / 仓库门店
     */
    locationId?: Ref;
    /**
     * Carrier / 承运商
     */
    carrier?: string;
    /**
     * Tracking number / 运单号
     */
    trackingNumber?: string;
    /**
     * Lines / 明细
     *
     * Items: Line / 明细行
     */
    lines?: {
      /**
       * Line id / 行标识
       */
      lineId: string;
      /**
       * Quantity / 数量
       */
      quantity: Quantity;
    }[];
    /**
     * Shipped / 发货时间
     */
    shippedAt?: string;
    /**
     * Delivered / 签收时间
     */
    deliveredAt?: string;
  }[];
  /**
   * Returns / 退货
   *
   * Items: Returns / 退货
   */
  returns?: {
    /**
     * Id / 标识
     */
    id: string;
    /**
     * Lines / 明细
     *
     * Items: Line / 明细行
     */
    lines?: {
      /**
       * Line id / 行标识
       */
      lineId: string;
      /**
       * Quantity / 数量
       */
      quantity: Quantity;
    }[];
    /**
     * Amount / 金额
     */
    amount?: Money;
    /**
     * Reason / 原因
     */
    reason?: string;
    /**
     * When / 时间
     */
    at?: string;
    /**
     * Method / 方式
     */
    method?: string;
  }[];
  /**
   * Refunds / 退款
   *
   * Items: Refunds / 退款
   */
  refunds?: {
    /**
     * Id / 标识
     */
    id: string;
    /**
     * Lines / 明细
     *
     * Items: Line / 明细行
     */
    lines?: {
      /**
       * Line id / 行标识
       */
      lineId: string;
      /**
       * Quantity / 数量
       */
      quantity: Quantity;
    }[];
    /**
     * Amount / 金额
     */
    amount?: Money;
    /**
     * Reason / 原因
     */
    reason?: string;
    /**
     * When / 时间
     */
    at?: string;
    /**
     * Method / 方式
     */
    method?: string;
  }[];
  /**
   * Promised delivery / 承诺交期
   */
  promisedDeliveryDate?: string;
  /**
   * Status / 状态
   */
  status:
    'draft' | 'placed' | 'confirmed' | 'partiallyFulfilled' | 'fulfilled' | 'completed' | 'cancelled' | 'returned';
  /**
   * Payment status / 付款状态
   */
  paymentStatus:
    'unpaid' | 'authorized' | 'partiallyPaid' | 'paid' | 'partiallyRefunded' | 'refunded' | 'voided' | 'expired';
  /**
   * Fulfilment status / 履约状态
   */
  fulfillmentStatus: 'unfulfilled' | 'partial' | 'fulfilled' | 'delivered' | 'returned';
  /**
   * Invoice status / 开票状态
   */
  invoiceStatus: 'none' | 'partial' | 'invoiced';
  /**
   * Holds / 挂起
   *
   * Items: Hold / 挂起
   */
  holds?: {
    /**
     * Kind / 类型
     */
    kind: 'payment' | 'fraud' | 'stock' | 'address' | 'manual';
    /**
     * Since / 开始时间
     */
    since?: string;
    /**
     * Note / 备注
     */
    note?: string;
  }[];
  /**
   * Cancellation / 取消
   */
  cancel?: {
    /**
     * When / 时间
     */
    at?: string;
    /**
     * Reason code / 原因编码
     */
    reasonCode?: string;
    /**
     * Note / 备注
     */
    note?: string;
  };
  /**
   * Reservations / 预留
   *
   * Items: Reservations / 预留
   */
  reservationIds?: Ref[];
  /**
   * Invoices / 发票
   *
   * Items: Invoices / 发票
   */
  invoiceIds?: Ref[];
  /**
   * Vouchers / 凭证
   *
   * Items: Vouchers / 凭证
   */
  voucherIds?: Ref[];
  /**
   * Note / 备注
   */
  note?: string;
  /**
   * Tags / 标签
   *
   * Items: Tag / 标签
   */
  tags?: {
    /**
     * Group / 标签组
     */
    group?: string;
    /**
     * Name / 名称
     */
    name: string;
    /**
     * Id there / 外部编号
     */
    externalId?: string;
    /**
     * Scope / 范围
     */
    scope?: 'corp' | 'staff' | 'system';
    /**
     * Connection / 连接
     */
    connectionId?: string;
  }[];
  /**
   * Attribution / 来源归因
   */
  attribution?: {
    /**
     * Channel / 渠道
     */
    channel?: string;
    /**
     * Campaign / 活动
     */
    campaign?: string;
    /**
     * State parameter / 渠道参数
     */
    state?: string;
  };
  /**
   * Vendor fields / 扩展字段
   */
  extensions?: {
    [k: string]: unknown;
  };
}

/**
 * Stock level / 库存
 */
export interface StockLevel {
  /**
   * Product / 商品
   */
  skuId: Ref;
  /**
   * Location / 仓库门店
   */
  locationId: Ref;
  /**
   * Lot / 批次
   */
  lot?: string;
  /**
   * On hand / 现存量
   */
  onHand: Quantity;
  /**
   * Reserved / 预留量
   */
  reserved: Quantity;
  /**
   * Unavailable / 不可用量
   */
  unavailable?: Quantity;
  /**
   * Incoming / 在途量
   */
  incoming?: Quantity;
  /**
   * Safety stock / 安全库存
   */
  safetyStock?: Quantity;
  /**
   * Available / 可用量
   */
  available?: Quantity;
  /**
   * As of / 截至时间
   */
  asOf: string;
  /**
   * Source connection / 来源连接
   */
  connectionId?: string;
  /**
   * Stale / 已过时
   */
  stale?: boolean;
  /**
   * Vendor fields / 扩展字段
   */
  extensions?: {
    [k: string]: unknown;
  };
}
