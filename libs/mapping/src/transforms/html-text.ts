import { cleanMultilineText, cleanText } from '@isthmus/canonical';
import { textOfHtml } from './text-of-html.js';
import { optionsSchema, refuse, wrongType, type Transform } from './transform.js';

interface Options {
  readonly max?: number;
  readonly lines?: 'keep' | 'join';
}

const MAX_TEXT = 200_000;

/** The readable text of HTML. One way: what looked how is gone. */
export const htmlText: Transform<Options> = {
  name: 'html-text',
  summary: {
    en: 'Readable text of HTML: paragraphs, list items and line breaks as lines; one way',
    zh: '提取 HTML 的可读文本：段落、列表项与换行变为行；单向',
  },
  options: optionsSchema({
    max: { type: 'integer', minimum: 1, maximum: 1_000_000, description: `Longest HTML (default ${MAX_TEXT})` },
    lines: { enum: ['keep', 'join'], description: 'Line ends stay (default) or become blanks' },
  }),
  native: ['text'],
  canonical: 'text',
  loses: () => ({ en: 'formatting, links and pictures', zh: '格式、链接与图片' }),
  toCanonical: (value, { max = MAX_TEXT, lines }) => {
    if (typeof value !== 'string') return wrongType('HTML', 'HTML');
    if (value.length > max) return refuse('mapping.too-long', `longer than ${max} characters`, `超过 ${max} 个字符`);
    const text = textOfHtml(value);
    const clean = lines === 'join' ? cleanText(text) : cleanMultilineText(text);
    return clean === '' ? null : clean;
  },
  cases: [
    { native: '<p>Hello <b>you</b>&nbsp;&amp; me</p><p>Bye</p>', canonical: 'Hello you & me\n\nBye' },
    { native: '说明：<br>一<br/>二<ul><li>甲</li><li>乙</li></ul>', canonical: '说明：\n一\n二\n- 甲\n- 乙' },
    { native: '<style>p{}</style>a<script>alert("<p>")</script>b', canonical: 'ab' },
    { native: '<div>a</div>\n<div>b</div>', options: { lines: 'join' }, canonical: 'a b' },
    { native: '1 < 2 &#20013;&#x56fd;', canonical: '1 < 2 中国' },
  ],
};
