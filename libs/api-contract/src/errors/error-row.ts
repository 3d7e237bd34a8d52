/** Code, meaning in English and Chinese, next step in English and Chinese. */
export type ErrorRow = readonly [code: string, meansEn: string, meansZh: string, nextEn: string, nextZh: string];
