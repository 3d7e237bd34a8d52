import { isUtf8 } from 'node:buffer';
import { promisify } from 'node:util';
import { brotliDecompress, brotliDecompressSync, inflateRaw, unzip, unzipSync } from 'node:zlib';
import { JsonError, parseJson } from '@isthmus/json';
import type { Json } from '../json.js';
import type { RawAnswer } from './exchange.js';
import { TransportError } from './transport-error.js';

const unzipAsync = promisify(unzip);
const inflateRawAsync = promisify(inflateRaw);
const brotliAsync = promisify<Buffer, { maxOutputLength: number }, Buffer>(brotliDecompress);
// Below this a synchronous unpack costs less than the trip through the thread pool.
const SMALL_BYTES = 16_384;

/** The body of an answer: parsed, or its text with the reason why it could not be. */
export interface ReadBody {
  readonly text: string;
  readonly body: Json;
  /** Why a success with this body is none: a page for people, cut JSON, or JSON that must not come in. */
  readonly fault?: 'html' | 'json' | 'empty';
}

/**
 * Unpacks a body, never to more than `maxBytes`.
 *
 * @throws TransportError `too-large` or `encoding`
 */
export async function unpack(answer: RawAnswer, maxBytes: number): Promise<Buffer> {
  const encoding = answer.headers['content-encoding']?.trim().toLowerCase();
  if (!encoding || encoding === 'identity' || answer.body.length === 0) return answer.body;
  try {
    return await inflateBody(answer.body, encoding, { maxOutputLength: maxBytes });
  } catch (cause) {
    if (cause instanceof TransportError) throw cause;
    const tooLarge = cause instanceof Error && 'code' in cause && cause.code === 'ERR_BUFFER_TOO_LARGE';
    throw new TransportError(tooLarge ? 'too-large' : 'encoding', true, { cause });
  }
}

async function inflateBody(body: Buffer, encoding: string, limits: { maxOutputLength: number }): Promise<Buffer> {
  const small = body.length < SMALL_BYTES;
  switch (encoding) {
    case 'gzip':
    case 'x-gzip':
      return small ? unzipSync(body, limits) : unzipAsync(body, limits);
    case 'deflate':
      // Some servers mean raw deflate by it: the first byte of the zlib form has 8 in its low half.
      return ((body[0] ?? 0) & 15) === 8 ? unzipAsync(body, limits) : inflateRawAsync(body, limits);
    case 'br':
      return small ? brotliDecompressSync(body, limits) : brotliAsync(body, limits);
    default:
      throw new TransportError('encoding', true);
  }
}

/** Reads text and JSON out of an unpacked body. JSON keeps every digit (`@isthmus/json`). */
export function readBody(status: number, headers: RawAnswer['headers'], bytes: Buffer): ReadBody {
  const type = headers['content-type'] ?? '';
  const saysJson = /[/+]json\b/i.test(type);
  if (bytes.length === 0)
    return { text: '', body: null, ...(saysJson && status === 200 ? { fault: 'empty' as const } : {}) };
  const text = decode(bytes, type);
  if (saysJson || /^\s*[{[]/.test(text)) {
    try {
      return { text, body: parseJson(text) };
    } catch (error) {
      if (!(error instanceof JsonError)) throw error;
      if (saysJson || error.code !== 'json.syntax')
        return { text, body: text, fault: isHtml(type, text) ? 'html' : 'json' };
    }
  }
  return { text, body: text, ...(isHtml(type, text) ? { fault: 'html' as const } : {}) };
}

function isHtml(type: string, text: string): boolean {
  return /\bhtml\b/i.test(type) || /^\s*<(?:!doctype html|html)\b/i.test(text);
}

function decode(bytes: Buffer, type: string): string {
  const charset = /charset\s*=\s*"?([\w-]+)/i.exec(type)?.[1]?.toLowerCase() ?? 'utf-8';
  const text = charset === 'utf-8' || charset === 'utf8' ? decodeUtf8(bytes) : decodeAs(bytes, charset);
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}

function decodeUtf8(bytes: Buffer): string {
  // Bytes that are no UTF-8 under no charset: in practice GB18030, which every older Chinese system speaks.
  return isUtf8(bytes) ? bytes.toString('utf8') : decodeAs(bytes, 'gb18030');
}

function decodeAs(bytes: Buffer, charset: string): string {
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch {
    return bytes.toString('utf8');
  }
}
