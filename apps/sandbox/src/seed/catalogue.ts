/** A product of the demonstration data. Prices are per unit, taxes included, in CNY. */
export interface SeedProduct {
  readonly sku: string;
  readonly name: string;
  readonly model: string;
  readonly unit: string;
  readonly barcode: string;
  readonly price: string;
  /** Tax in percent. */
  readonly taxRate: string;
  /** On hand in the two warehouses. */
  readonly stock: readonly [string, string];
}

type Row = readonly [
  sku: string,
  name: string,
  model: string,
  unit: string,
  price: string,
  taxRate: string,
  first: string,
  second: string,
];

const ROWS: readonly Row[] = [
  ['CUP-350-W', '保温杯', '350ml 白色', '个', '89.00', '13', '120.00', '40.00'],
  ['CUP-500-B', '保温杯', '500ml 黑色', '个', '109.00', '13', '85.00', '0.00'],
  ['TEA-LJ-250', '龙井茶', '250g 罐装', '罐', '268.00', '13', '60.00', '12.00'],
  ['TEA-PE-357', '普洱茶饼', '357g', '饼', '188.00', '13', '45.00', '30.00'],
  ['SET-TEA-6', '功夫茶具', '六人套装', '套', '459.00', '13', '18.00', '6.00'],
  ['BAG-CANVAS', '帆布手提袋', '米白', '个', '39.90', '13', '300.00', '150.00'],
  ['NB-A5-RULE', '笔记本', 'A5 横线', '本', '18.50', '13', '500.00', '220.00'],
  ['PEN-GEL-05', '中性笔', '0.5mm 黑', '支', '2.80', '13', '2400.00', '800.00'],
  ['RICE-WC-5', '五常大米', '5kg', '袋', '69.90', '9', '200.00', '90.00'],
  ['OIL-CAM-1', '山茶油', '1L', '瓶', '128.00', '9', '75.00', '25.00'],
  ['HONEY-AC-05', '洋槐蜂蜜', '500g', '瓶', '58.00', '9', '96.00', '33.00'],
  ['LAMP-DESK', '护眼台灯', '12W', '台', '199.00', '13', '40.00', '15.00'],
  ['FAN-USB-S', '桌面风扇', 'USB 小号', '台', '59.00', '13', '130.00', '70.00'],
  ['KB-MECH-87', '机械键盘', '87 键', '个', '329.00', '13', '22.00', '9.00'],
  ['BAT-AA-4', '五号电池', '4 节装', '盒', '15.90', '13', '640.00', '310.00'],
];

/** The fifteen products, in the ERP only at first. */
export const PRODUCTS: readonly SeedProduct[] = ROWS.map(
  ([sku, name, model, unit, price, taxRate, ...stock], index) => ({
    sku,
    name,
    model,
    unit,
    price,
    taxRate,
    stock,
    barcode: withCheckDigit(`6901234${String(50_001 + index).padStart(5, '0')}`),
  }),
);

/** The two warehouses. */
export const WAREHOUSES = [
  { number: 'CK001', name: '杭州主仓', address: '浙江省杭州市余杭区文一西路969号' },
  { number: 'CK002', name: '上海门店仓', address: '上海市徐汇区漕溪北路88号' },
] as const;

/** EAN-13: twelve digits and their check digit. */
function withCheckDigit(digits: string): string {
  const sum = [...digits].reduce((total, digit, place) => total + Number(digit) * (place % 2 === 0 ? 1 : 3), 0);
  return digits + String((10 - (sum % 10)) % 10);
}
