import { optionsSchema, refuse, wrongType, type Transform } from './transform.js';

interface Options {
  readonly alphabet?: 'standard' | 'url';
  readonly padding?: boolean;
  readonly max?: number;
}

const MAX_TEXT = 1_000_000;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Base64 of a UTF-8 text ↔ the text. Bytes that are no text are refused, and so is base64 that is not exactly what would be written. */
export const base64: Transform<Options> = {
  name: 'base64',
  summary: { en: 'Base64 of a UTF-8 text ↔ the text', zh: 'UTF-8 文本的 Base64 ↔ 文本' },
  options: optionsSchema({
    alphabet: { enum: ['standard', 'url'], description: 'What is written (default standard); both are read' },
    padding: { type: 'boolean', description: 'Writes the = at the end (default true; url: false)' },
    max: { type: 'integer', minimum: 1, maximum: 4_000_000, description: `Longest native text (default ${MAX_TEXT})` },
  }),
  native: ['text'],
  canonical: 'text',
  toCanonical: (value, { max = MAX_TEXT }) => {
    if (typeof value !== 'string') return wrongType('base64', 'Base64');
    if (value.length > max) return refuse('mapping.too-long', `longer than ${max} characters`, `超过 ${max} 个字符`);
    const bare = value.replace(/[\t\n\r ]/g, '').replace(/={1,2}$/, '');
    const bytes = Buffer.from(bare, 'base64');
    const again = bytes.toString(/[-_]/.test(bare) ? 'base64url' : 'base64').replace(/=+$/, '');
    if (again !== bare) return refuse('mapping.bad-base64', 'not base64', '不是有效的 Base64');
    try {
      const text = utf8.decode(bytes);
      return text.includes('\u0000') ? notText() : text;
    } catch {
      return notText();
    }
  },
  fromCanonical: (value, { alphabet = 'standard', padding = alphabet === 'standard', max = MAX_TEXT }) => {
    if (typeof value !== 'string') return wrongType('text', '文本');
    if (!value.isWellFormed() || value.includes('\u0000')) return notText();
    const bare = Buffer.from(value, 'utf8')
      .toString(alphabet === 'url' ? 'base64url' : 'base64')
      .replace(/=+$/, '');
    const written = padding ? bare.padEnd(Math.ceil(bare.length / 4) * 4, '=') : bare;
    return written.length > max
      ? refuse('mapping.too-long', `longer than ${max} characters`, `超过 ${max} 个字符`)
      : written;
  },
  cases: [
    { native: '5rWL6K+V', canonical: '测试' },
    { native: '5rWL6K-V', options: { alphabet: 'url' }, canonical: '测试' },
    { native: 'YQ==', canonical: 'a' },
    { native: 'YQ', canonical: 'a', back: 'YQ==' },
  ],
};

function notText(): ReturnType<typeof refuse> {
  return refuse('mapping.dangerous-text', 'the bytes are no text', '字节内容不是文本');
}
