import { isUtf8 } from 'node:buffer';
import iconv from 'iconv-lite';
import { FileFault } from '../file-issue.js';
import type { StreamSettings } from '../settings.js';

const PIECE = 64 * 1024;

/**
 * Finds out how a text file is encoded: byte order mark, else UTF-8 if all of it is valid UTF-8, else GB18030 (which reads
 * GBK and GB2312 too). What no encoding can tell apart shows when the headers are not found.
 *
 * @throws FileFault for data that is no text
 */
export function detectEncoding(data: Buffer, wanted: StreamSettings['encoding']): string {
  if (data[0] === 0xff && data[1] === 0xfe) return 'utf-16le';
  if (data[0] === 0xfe && data[1] === 0xff) return 'utf-16be';
  // A single NUL may be a damaged cell, which its row will say; many are no text.
  if (nulShare(data) > 0.01) throw new FileFault('not-a-table');
  if (wanted !== undefined && wanted !== 'auto') return wanted;
  return isUtf8(data) ? 'utf-8' : 'gb18030';
}

function nulShare(data: Buffer): number {
  const start = data.subarray(0, PIECE);
  let count = 0;
  for (const byte of start) if (byte === 0) count += 1;
  return count / Math.max(1, start.length);
}

/** The text of a file in pieces, without its byte order mark. Undecodable bytes become U+FFFD, which refuses their row. */
export function* decodeText(data: Buffer, encoding: string): Generator<string> {
  const decoder = iconv.getDecoder(encoding);
  let first = true;
  for (let at = 0; at < data.length; at += PIECE) {
    const text = decoder.write(data.subarray(at, at + PIECE));
    yield first ? text.replace(/^\uFEFF/, '') : text;
    first = false;
  }
  const rest = decoder.end();
  if (rest !== undefined && rest !== '') yield rest;
}
