import type { SignedPart } from './settings.js';

/** What is at hand when something is signed or verified. */
export interface Signable {
  readonly method: string;
  /** The whole public address. */
  readonly url: string;
  /** Path and query. @default those of `url` */
  readonly path?: string;
  readonly body: Buffer;
}

/** The bytes that a signature covers: the named parts in their order, the body as raw bytes. */
export function signedContent(
  signs: readonly SignedPart[],
  joinedBy: string,
  signable: Signable,
  timestamp: string,
): Buffer {
  const parts = signs.map((part) => {
    if (part === 'body') return signable.body;
    if (part === 'path') return Buffer.from(signable.path ?? pathOf(signable.url));
    return Buffer.from(part === 'timestamp' ? timestamp : signable[part]);
  });
  const between = Buffer.from(joinedBy);
  return Buffer.concat(parts.flatMap((part, index) => (index === 0 ? [part] : [between, part])));
}

/** Path and query. */
function pathOf(url: string): string {
  if (!URL.canParse(url)) return url;
  const { pathname, search } = new URL(url);
  return pathname + search;
}
