/** Words, headers and codes of the demo files. All made up; the numbers have right check digits. */

export const CITIES = [
  ['浙江省', '杭州市', '西湖区', '310100'],
  ['江苏省', '苏州市', '姑苏区', '320500'],
  ['上海市', '上海市', '浦东新区', '310115'],
  ['广东省', '深圳市', '南山区', '440300'],
  ['四川省', '成都市', '武侯区', '510100'],
  ['湖北省', '武汉市', '江汉区', '420100'],
];
export const WORDS = ['春晓', '远航', '青禾', '立新', '百川', '云帆', '江南', '恒信', '明德', '星河', '嘉禾', '同舟'];
export const TRADES = ['茶业有限公司', '食品商行', '餐饮管理有限公司', '贸易有限公司', '便利店', '酒店用品有限公司'];
export const SURNAMES = ['王', '李', '张', '刘', '陈', '杨', '赵', '黄', '周', '吴'];
export const GIVEN = ['伟', '芳', '静', '敏', '磊', '洋', '艳', '涛', '晨', '雨桐', '子涵', '建国'];
export const PRODUCTS = [
  ['明前龙井', '250g/盒', '盒', '268', '150', '13%'],
  ['安吉白茶', '200g/盒', '盒', '198.5', '110', '13%'],
  ['祁门红茶', '100g/盒', '盒', '88', '42', '13%'],
  ['茉莉花茶', '500g/袋', '袋', '76.8', '35.2', '13%'],
  ['普洱熟茶饼', '357g/饼', '个', '328', '180', '13%'],
  ['玻璃公道杯', '300ml', '个', '39.9', '14', '13%'],
  ['紫砂壶', '西施 200ml', '个', '1,280.00', '600', '13%'],
  ['竹制茶盘', '45×28cm', '件', '256', '120', '13%'],
  ['随手泡电热壶', '1.0L 800W', '台', '199', '95', '13%'],
  ['礼盒手提袋', '大号', '个', '6.5', '2.1', '13%'],
  ['蜂蜜柚子茶', '1kg/瓶', '瓶', '45', '22', '13%'],
  ['桂花乌龙', '150g/盒', '盒', '66', '30', '13%'],
  ['茶艺培训', '每课时', '小时', '300', '0', '6%'],
  ['散装绿茶', '按公斤', '公斤', '120', '70', '9%'],
];
export const WAREHOUSES = [
  ['CK01', '杭州总仓', '仓库', '浙江省', '杭州市', '余杭区', '良渚街道古墩路 1888 号'],
  ['CK02', '苏州分仓', '仓库', '江苏省', '苏州市', '吴中区', '东吴南路 66 号'],
  ['MD01', '西湖门店', '门店', '浙江省', '杭州市', '西湖区', '龙井路 8 号'],
];

export const CUSTOMER_HEADERS = [
  '客户编码*',
  '客户名称*',
  '客户类型',
  '联系人',
  '手机',
  '邮箱',
  '统一社会信用代码',
  '省份',
  '城市',
  '区县',
  '详细地址',
  '建档日期',
  '信用额度',
  '开户银行',
  '银行账号',
  '备注',
];

export const PRODUCT_HEADERS = [
  '商品编码',
  '商品名称',
  '规格型号',
  '条码',
  '单位',
  '零售价',
  '成本价',
  '税率',
  '商品类型',
  '销售状态',
  '安全库存',
];
export const WAREHOUSE_HEADERS = ['仓库编码', '仓库名称', '类型', '省份', '城市', '区县', '详细地址'];
export const STOCK_HEADERS = ['仓库编码', '仓库名称', '商品编码', '商品名称', '现存量', '单位', '盘点时间'];
export const ORDER_HEADERS = [
  '订单号',
  '下单日期',
  '客户编码',
  '客户名称',
  '收货人',
  '收货电话',
  '收货省份',
  '收货城市',
  '收货区县',
  '收货地址',
  '订单状态',
  '订单备注',
  '行号',
  '商品编码',
  '商品名称',
  '规格型号',
  '数量',
  '单位',
  '含税单价',
  '税率',
  '不含税金额',
  '税额',
  '价税合计',
];

/** Repeatable numbers (mulberry32): the files must not change from run to run. */
export function randomFrom(seed) {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** Unified social credit code with its check character (GB 32100-2015). */
export function creditCode(division, serial) {
  const alphabet = '0123456789ABCDEFGHJKLMNPQRTUWXY';
  const body = `91${division}MA${String(serial).padStart(7, '0')}`;
  const sum = [...body].reduce((total, letter, index) => total + alphabet.indexOf(letter) * (3 ** index % 31), 0);
  return body + alphabet[(31 - (sum % 31)) % 31];
}

/** EAN-13: twelve digits and their check digit. */
export function gtin(number) {
  const digits = String(number);
  const sum = [...digits].reduce((total, digit, index) => total + Number(digit) * (index % 2 === 0 ? 1 : 3), 0);
  return digits + ((10 - (sum % 10)) % 10);
}

/** Sets every time inside a zip file to one moment, so that the bytes depend on the content only. */
export function withFixedTimes(zip) {
  const end = zip.lastIndexOf(Buffer.from('PK\u0005\u0006', 'latin1'));
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left -= 1) {
    const local = zip.readUInt32LE(at + 42);
    // 2026-01-05 00:00 in the bits of MS-DOS.
    for (const place of [at + 12, local + 10])
      zip.writeUInt32LE((((2026 - 1980) << 25) | (1 << 21) | (5 << 16)) >>> 0, place);
    at += 46 + zip.readUInt16LE(at + 28) + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  return zip;
}
