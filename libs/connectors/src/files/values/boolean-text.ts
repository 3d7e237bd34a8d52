import { halfWidth } from './plain-text.js';

const TRUE = new Set(['是', '对', '真', '有', '启用', '√', '✓', '✔', 'y', 'yes', 'true', '1']);
const FALSE = new Set(['否', '不是', '错', '假', '无', '停用', '禁用', '×', '✗', '✘', 'n', 'no', 'false', '0']);

/** Yes or no as people write it in Chinese and English; undefined for anything else. */
export function readBoolean(text: string): boolean | undefined {
  const word = halfWidth(text).trim().toLowerCase();
  if (TRUE.has(word)) return true;
  return FALSE.has(word) ? false : undefined;
}
