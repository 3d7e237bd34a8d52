/** A customer of the demonstration data. */
export interface SeedCustomer {
  readonly kind: 'person' | 'company';
  readonly name: string;
  readonly phone: string;
  readonly email: string;
  /** Unified social credit code; companies only. */
  readonly taxNumber?: string;
  /** The person to talk to; companies only. */
  readonly contact?: string;
  readonly province: string;
  readonly city: string;
  readonly district: string;
  readonly street: string;
  /** Which systems know the customer at first. */
  readonly in: 'both' | 'crm' | 'erp';
}

/** Twelve customers: eight in both systems, two in the CRM only, two in the ERP only. */
export const CUSTOMERS: readonly SeedCustomer[] = [
  {
    kind: 'person',
    name: '王小明',
    phone: '13800138001',
    email: 'wang.xiaoming@example.com',
    province: '浙江省',
    city: '杭州市',
    district: '西湖区',
    street: '文三路478号华星时代广场A座1203室',
    in: 'both',
  },
  {
    kind: 'person',
    name: '李静怡',
    phone: '13911112222',
    email: 'li.jingyi@example.com',
    province: '上海市',
    city: '上海市',
    district: '徐汇区',
    street: '漕溪北路18号3号楼502室',
    in: 'both',
  },
  {
    kind: 'person',
    name: '张伟',
    phone: '13722223333',
    email: 'zhang.wei@example.com',
    province: '广东省',
    city: '深圳市',
    district: '南山区',
    street: '科技园南路15号',
    in: 'both',
  },
  {
    kind: 'person',
    name: '欧阳雪',
    phone: '18633334444',
    email: 'ouyang.xue@example.com',
    province: '四川省',
    city: '成都市',
    district: '武侯区',
    street: '天府大道北段1700号',
    in: 'both',
  },
  {
    kind: 'company',
    name: '杭州云栖茶业有限公司',
    phone: '0571-88001234',
    email: 'office@yunqitea.example',
    taxNumber: '91330106MA2XXX010D',
    contact: '陈志强',
    province: '浙江省',
    city: '杭州市',
    district: '西湖区',
    street: '转塘街道云栖小镇6号',
    in: 'both',
  },
  {
    kind: 'company',
    name: '上海启明文具有限公司',
    phone: '021-64001234',
    email: 'purchase@qiming.example',
    taxNumber: '91310104MA1FR0020E',
    contact: '刘芳',
    province: '上海市',
    city: '上海市',
    district: '静安区',
    street: '南京西路1266号',
    in: 'both',
  },
  {
    kind: 'company',
    name: '深圳市远航电子科技有限公司',
    phone: '0755-26001234',
    email: 'info@yuanhang.example',
    taxNumber: '91440300MA5EQ0030H',
    contact: '黄建国',
    province: '广东省',
    city: '深圳市',
    district: '宝安区',
    street: '西乡街道宝源路168号',
    in: 'both',
  },
  {
    kind: 'company',
    name: '成都蜀味食品有限公司',
    phone: '028-85001234',
    email: 'hello@shuwei.example',
    taxNumber: '91510100MA6CR0040B',
    contact: '周敏',
    province: '四川省',
    city: '成都市',
    district: '锦江区',
    street: '春熙路南段8号',
    in: 'both',
  },
  {
    kind: 'person',
    name: '赵丽',
    phone: '15844445555',
    email: 'zhao.li@example.com',
    province: '江苏省',
    city: '南京市',
    district: '鼓楼区',
    street: '中山北路55号',
    in: 'crm',
  },
  {
    kind: 'company',
    name: '苏州拙艺家居有限公司',
    phone: '0512-65001234',
    email: 'sales@zhuoyi.example',
    taxNumber: '91320500MA1MR00500',
    contact: '吴刚',
    province: '江苏省',
    city: '苏州市',
    district: '姑苏区',
    street: '平江路120号',
    in: 'crm',
  },
  {
    kind: 'person',
    name: '孙浩',
    phone: '13655556666',
    email: 'sun.hao@example.com',
    province: '湖北省',
    city: '武汉市',
    district: '武昌区',
    street: '中南路99号',
    in: 'erp',
  },
  {
    kind: 'company',
    name: '北京恒信办公用品有限公司',
    phone: '010-62001234',
    email: 'bj@hengxin.example',
    taxNumber: '91110108MA00R00602',
    contact: '马超',
    province: '北京市',
    city: '北京市',
    district: '海淀区',
    street: '中关村大街27号',
    in: 'erp',
  },
];
