/**
 * Writes demo/files: the folder that a small firm would hand over, with the mistakes that such files have. The same bytes every time.
 * Names, numbers and addresses are made up; the connection that reads them is demo/files/connection.json.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import iconv from 'iconv-lite';
import writeXlsxFile from 'write-excel-file/node';
import {
  CITIES,
  creditCode,
  CUSTOMER_HEADERS,
  GIVEN,
  gtin,
  ORDER_HEADERS,
  PRODUCT_HEADERS,
  PRODUCTS,
  randomFrom,
  STOCK_HEADERS,
  SURNAMES,
  TRADES,
  WAREHOUSE_HEADERS,
  WAREHOUSES,
  withFixedTimes,
  WORDS,
} from './support/demo-data.mjs';

const folder = process.argv[2] ?? join(dirname(fileURLToPath(import.meta.url)), '../demo/files');

const pad = (number, width) => String(number).padStart(width, '0');
const day = (offset) => new Date(Date.UTC(2026, 0, 5 + offset));
const parts = (date) => [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()];

/** The same day in the ways that different colleagues enter it. */
function mixedDate(date, way) {
  const [year, month, dayOfMonth] = parts(date);
  if (way === 0) return { value: date, type: Date, format: 'yyyy/m/d' };
  if (way === 1) return `${year}/${month}/${dayOfMonth}`;
  if (way === 2) return `${year}年${month}月${dayOfMonth}日`;
  if (way === 3) return `${year}-${pad(month, 2)}-${pad(dayOfMonth, 2)}`;
  return `${year}.${month}.${dayOfMonth}`;
}

function customers() {
  const random = randomFrom(20260105);
  return Array.from({ length: 58 }, (_, index) => {
    const [province, city, district, division] = CITIES[random(CITIES.length)];
    const organization = index % 4 !== 3;
    const contact = SURNAMES[random(SURNAMES.length)] + GIVEN[random(GIVEN.length)];
    const name = organization
      ? city.slice(0, 2) + WORDS[index % WORDS.length] + TRADES[random(TRADES.length)]
      : contact;
    const mobile = `138${pad(10_000_000 + index * 137_731, 8)}`;
    return {
      code: `KH${pad(index + 1, 4)}`,
      cells: [
        `KH${pad(index + 1, 4)}`,
        name,
        organization ? '企业' : '个人',
        contact,
        index % 5 === 1 ? `${mobile.slice(0, 3)} ${mobile.slice(3, 7)} ${mobile.slice(7)}` : mobile,
        index % 6 === 2 ? null : `kh${pad(index + 1, 4)}@example.cn`,
        organization ? creditCode(division, 1000 + index) : null,
        province,
        city,
        district,
        `${WORDS[random(WORDS.length)]}路 ${1 + random(300)} 号`,
        mixedDate(day(index * 3), index % 5),
        organization ? { value: 5000 * (1 + random(20)), type: Number, format: '#,##0.00' } : null,
        organization ? `中国农业银行${city}支行` : null,
        organization ? `62284800${pad(index * 7_654_321, 11)}` : null,
        index % 9 === 0 ? '老客户，月结' : null,
      ],
      contact,
      mobile,
      name,
      address: [province, city, district],
    };
  });
}

function customerSheet(list) {
  const rows = list.map(({ cells }) => cells);
  const total = rows.reduce((sum, row) => sum + (row[12]?.value ?? 0), 0);
  const empty = () => CUSTOMER_HEADERS.map(() => null);
  const broken = {
    noCode: ['', '无编码的客户', '个人', '孙晓', '13899990001'],
    longNumber: [
      'KH0901',
      '苏州失真贸易有限公司',
      '企业',
      '周敏',
      '13899990002',
      null,
      null,
      '江苏省',
      '苏州市',
      '姑苏区',
      '人民路 1 号',
      '2026/3/2',
      8000,
      '中国农业银行苏州市支行',
      6.228480012345679e18,
    ],
    scientific: ['KH0902', '武汉科学贸易有限公司', '企业', '吴磊', '1.38999E+10'],
    badDate: [
      'KH0903',
      '成都日期便利店',
      '企业',
      '黄洋',
      '13899990004',
      null,
      null,
      '四川省',
      '成都市',
      '武侯区',
      '科华路 9 号',
      '2026-02-30',
    ],
    lookup: ['KH0904', '深圳引用食品商行', '企业', '#N/A', '13899990005'],
  };
  const fill = (cells) => CUSTOMER_HEADERS.map((_, index) => cells[index] ?? null);
  rows.splice(10, 0, fill(broken.noCode), empty());
  rows.splice(25, 0, fill(broken.longNumber));
  rows.splice(33, 0, [...CUSTOMER_HEADERS]);
  rows.splice(40, 0, fill(broken.scientific), fill(broken.badDate));
  rows.push(fill(broken.lookup), empty());
  rows.push(
    fill([
      '合计',
      null,
      null,
      null,
      null,
      null,
      null,
      null,
      null,
      null,
      null,
      null,
      { value: total, type: Number, format: '#,##0.00' },
    ]),
  );
  const title = [
    { value: '江南茶业客户资料表', columnSpan: CUSTOMER_HEADERS.length, fontWeight: 'bold', align: 'center' },
  ];
  const headers = CUSTOMER_HEADERS.map((value) => ({ value, fontWeight: 'bold' }));
  return [title, headers, ...rows];
}

function products() {
  return PRODUCTS.map(([name, spec, unit, price, cost, tax], index) => ({
    code: `SP${pad(index + 1, 3)}`,
    name,
    spec,
    unit,
    price: Number(price.replace(',', '')),
    tax: Number(tax.replace('%', '')),
    cells: [
      `SP${pad(index + 1, 3)}`,
      name,
      spec,
      unit === '小时' ? null : gtin(690_000_100_000 + index),
      unit,
      price.includes(',') ? price : { value: Number(price), type: Number, format: '0.00' },
      Number(cost),
      tax,
      unit === '小时' ? '服务' : '商品',
      index === 11 ? '停售' : '在售',
      unit === '小时' ? null : 10 + index,
    ],
  }));
}

function stockRows(list) {
  const random = randomFrom(7);
  const rows = WAREHOUSES.flatMap(([code, name]) =>
    list
      .filter(({ unit }) => unit !== '小时')
      .map((product) => {
        const onHand = product.unit === '公斤' ? `${20 + random(80)}.5` : String(random(240));
        return [
          code,
          name,
          product.code,
          product.name,
          random(9) === 0 ? `1,${pad(random(900), 3)}` : onHand,
          product.unit,
          '2026/11/20 18:00',
        ];
      }),
  );
  rows.splice(5, 0, ['CK01', '杭州总仓', 'SP003', '祁门红茶', '约三十', '盒', '2026/11/20 18:00']);
  rows.push(['合计', '', '', '', String(rows.length), '', '']);
  return rows;
}

const money = (fen) => (fen / 100).toFixed(2);

function orderLine(product, quantity, lineNumber) {
  const gross = Math.round(product.price * 100) * quantity;
  const net = Math.round((gross * 100) / (100 + product.tax));
  return [
    String(lineNumber),
    product.code,
    product.name,
    product.spec,
    String(quantity),
    product.unit,
    product.price.toFixed(2),
    `${product.tax}%`,
    money(net),
    money(gross - net),
    money(gross),
  ];
}

function orderRows(customerList, productList) {
  const random = randomFrom(42);
  const rows = Array.from({ length: 24 }, (_, index) => {
    const customer = customerList[random(customerList.length)];
    const [year, month, dayOfMonth] = parts(day(300 + index));
    const head = [
      `XS2026${pad(index + 1, 5)}`,
      index % 3 === 0 ? `${year}年${month}月${dayOfMonth}日` : `${year}/${month}/${dayOfMonth}`,
      customer.code,
      customer.name,
      customer.contact,
      customer.mobile,
      ...customer.address,
      '茶都大道 18 号',
      ['待审核', '已审核', '已完成'][index % 3],
      index % 5 === 0 ? '请周末前送达，"易碎"' : '',
    ];
    const picked = new Set(Array.from({ length: 1 + random(4) }, () => random(productList.length)));
    return [...picked].map((at, line) => [...head, ...orderLine(productList[at], 1 + random(12), line + 1)]);
  });
  // A line whose amount nobody can read refuses its whole order.
  rows[7][0][16] = '十二';
  return rows.flat();
}

function csv(headers, rows) {
  const line = (cells) =>
    cells.map((cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(',');
  return [headers, ...rows].map(line).join('\r\n') + '\r\n';
}

async function workbook(name, sheets) {
  writeFileSync(join(folder, name), withFixedTimes(await writeXlsxFile(sheets).toBuffer()));
}

mkdirSync(folder, { recursive: true });
const customerList = customers();
const productList = products();
await workbook('客户资料.xlsx', [{ sheet: '客户', data: customerSheet(customerList) }]);
await workbook('商品资料.xlsx', [{ sheet: '商品', data: [PRODUCT_HEADERS, ...productList.map(({ cells }) => cells)] }]);
await workbook('仓库门店.xlsx', [{ sheet: '仓库', data: [WAREHOUSE_HEADERS, ...WAREHOUSES] }]);
writeFileSync(join(folder, '库存.csv'), iconv.encode(csv(STOCK_HEADERS, stockRows(productList)), 'gb18030'));
writeFileSync(
  join(folder, '订单明细.csv'),
  iconv.encode(csv(ORDER_HEADERS, orderRows(customerList, productList)), 'gb18030'),
);
