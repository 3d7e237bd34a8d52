import { resolveEntities } from './html-entities.js';

const HIDDEN = new Set(['script', 'style', 'head', 'template', 'noscript', 'iframe', 'object', 'title']);
const PARAGRAPHS = new Set(['p', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'blockquote', 'pre']);
const LINES = new Set([
  'div',
  'ul',
  'ol',
  'table',
  'tr',
  'section',
  'article',
  'header',
  'footer',
  'address',
  'hr',
  'dl',
  'dt',
  'dd',
]);
const NAME = /[A-Za-z][A-Za-z0-9]*/y;

/** Text that is being written, which knows how many line ends it has at its end. */
class Lines {
  readonly parts: string[] = [];
  private ends = 2;

  write(text: string): void {
    const flat = text.replace(/[\t\n\f\r ]+/g, ' ');
    if (flat === '' || (flat === ' ' && this.ends > 0)) return;
    this.parts.push(flat);
    this.ends = 0;
  }

  break(): void {
    this.parts.push('\n');
    this.ends += 1;
  }

  /** Ends the line, with an empty line after it for two. */
  atLeast(ends: number): void {
    while (this.ends < ends) this.break();
  }
}

/**
 * Readable text of HTML in one pass over it, in time linear in its length. No document is built, nothing is run or fetched;
 * tags that never end hide the rest, as in a browser.
 */
export function textOfHtml(html: string): string {
  const out = new Lines();
  let at = 0;
  while (at < html.length) {
    const open = html.indexOf('<', at);
    if (open < 0) {
      out.write(resolveEntities(html.slice(at)));
      break;
    }
    const markup = isMarkup(html, open);
    out.write(resolveEntities(html.slice(at, markup ? open : open + 1)));
    at = markup ? pass(html, open, out) : open + 1;
  }
  return out.parts.join('');
}

function isMarkup(html: string, open: number): boolean {
  return /[A-Za-z/!?]/.test(html.charAt(open + 1));
}

/** Reads the markup at `open` and tells where it ends. */
function pass(html: string, open: number, out: Lines): number {
  if (html.startsWith('<!--', open)) return after(html.indexOf('-->', open + 4), 3, html);
  const closing = html.charAt(open + 1) === '/';
  NAME.lastIndex = open + (closing ? 2 : 1);
  const name = NAME.exec(html)?.[0].toLowerCase() ?? '';
  const end = endOfTag(html, open);
  if (HIDDEN.has(name) && !closing) return hiddenUntil(html, name, end);
  layOut(name, closing, out);
  return end;
}

function layOut(name: string, closing: boolean, out: Lines): void {
  if (name === 'br' && !closing) out.break();
  else if (PARAGRAPHS.has(name)) out.atLeast(2);
  else if (LINES.has(name)) out.atLeast(1);
  else if (name === 'li') {
    out.atLeast(1);
    if (!closing) out.parts.push('- ');
  } else if ((name === 'td' || name === 'th') && closing) out.parts.push(' ');
}

/** After the `>` that is not inside quotes. */
function endOfTag(html: string, open: number): number {
  let quote = '';
  for (let at = open + 1; at < html.length; at += 1) {
    const char = html.charAt(at);
    if (quote !== '') {
      if (char === quote) quote = '';
    } else if (char === '>') return at + 1;
    else if ((char === '"' || char === "'") && html.charAt(at - 1) === '=') quote = char;
  }
  return html.length;
}

function hiddenUntil(html: string, name: string, from: number): number {
  const close = new RegExp(`</${name}[\\s/>]`, 'gi');
  close.lastIndex = from;
  const found = close.exec(html);
  return found ? endOfTag(html, found.index) : html.length;
}

function after(index: number, length: number, html: string): number {
  return index < 0 ? html.length : index + length;
}
