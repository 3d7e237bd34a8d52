/** A region of the People's Republic of China at province level. */
export interface ChineseRegion {
  /** GB/T 2260, six digits. */
  readonly code: string;
  /** Letters after `CN-` in ISO 3166-2. */
  readonly iso: string;
  /** Full Chinese name. */
  readonly full: string;
  /** Chinese name without its rank. */
  readonly short: string;
  /** English name. */
  readonly english: string;
}

const municipality = '市';
const province = '省';

/** All 34, as in GB/T 2260 and ISO 3166-2:CN: code, ISO letters, short Chinese name, what follows it in the full name, English name, other names. */
const rows: readonly (readonly [string, string, string, string, string, ...string[]])[] = [
  ['11', 'BJ', '北京', municipality, 'Beijing', 'Peking'],
  ['12', 'TJ', '天津', municipality, 'Tianjin'],
  ['13', 'HE', '河北', province, 'Hebei'],
  ['14', 'SX', '山西', province, 'Shanxi'],
  ['15', 'NM', '内蒙古', '自治区', 'Inner Mongolia', 'Nei Mongol', 'Neimenggu'],
  ['21', 'LN', '辽宁', province, 'Liaoning'],
  ['22', 'JL', '吉林', province, 'Jilin'],
  ['23', 'HL', '黑龙江', province, 'Heilongjiang'],
  ['31', 'SH', '上海', municipality, 'Shanghai'],
  ['32', 'JS', '江苏', province, 'Jiangsu'],
  ['33', 'ZJ', '浙江', province, 'Zhejiang'],
  ['34', 'AH', '安徽', province, 'Anhui'],
  ['35', 'FJ', '福建', province, 'Fujian'],
  ['36', 'JX', '江西', province, 'Jiangxi'],
  ['37', 'SD', '山东', province, 'Shandong'],
  ['41', 'HA', '河南', province, 'Henan'],
  ['42', 'HB', '湖北', province, 'Hubei'],
  ['43', 'HN', '湖南', province, 'Hunan'],
  ['44', 'GD', '广东', province, 'Guangdong', 'Canton'],
  ['45', 'GX', '广西', '壮族自治区', 'Guangxi'],
  ['46', 'HI', '海南', province, 'Hainan'],
  ['50', 'CQ', '重庆', municipality, 'Chongqing'],
  ['51', 'SC', '四川', province, 'Sichuan'],
  ['52', 'GZ', '贵州', province, 'Guizhou'],
  ['53', 'YN', '云南', province, 'Yunnan'],
  ['54', 'XZ', '西藏', '自治区', 'Xizang', 'Tibet'],
  ['61', 'SN', '陕西', province, 'Shaanxi'],
  ['62', 'GS', '甘肃', province, 'Gansu'],
  ['63', 'QH', '青海', province, 'Qinghai'],
  ['64', 'NX', '宁夏', '回族自治区', 'Ningxia'],
  ['65', 'XJ', '新疆', '维吾尔自治区', 'Xinjiang'],
  ['71', 'TW', '台湾', province, 'Taiwan'],
  ['81', 'HK', '香港', '特别行政区', 'Hong Kong'],
  ['82', 'MO', '澳门', '特别行政区', 'Macao', 'Macau'],
];

const byKey = new Map<string, ChineseRegion>();
for (const [digits, iso, short, rank, english, ...others] of rows) {
  const region: ChineseRegion = { code: `${digits}0000`, iso, full: short + rank, short, english };
  const names = [
    digits,
    region.code,
    iso,
    `CN-${iso}`,
    short,
    region.full,
    `${short}省`,
    `${short}市`,
    english,
    ...others,
  ];
  for (const name of names) byKey.set(name.toUpperCase(), region);
}

/** The region of a GB/T 2260 code (two or six digits), an ISO 3166-2 code (CN-GD, GD), or a Chinese or English name. */
export function chineseRegion(text: string): ChineseRegion | undefined {
  const key = text.normalize('NFKC').trim().replace(/\s+/g, ' ').toUpperCase();
  return byKey.get(key) ?? byKey.get(key.replace(/ (?:PROVINCE|MUNICIPALITY|SHENG|SHI)$/, ''));
}
