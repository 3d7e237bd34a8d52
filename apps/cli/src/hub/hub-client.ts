import { randomUUID } from 'node:crypto';
import type { Wording } from '@isthmus/api-contract';
import { CliError } from '../cli-error.js';
import { EXIT } from '../exit-code.js';
import type { Language } from '../language.js';
import { errorOfAnswer, notTheHub } from './answer-error.js';
import type { HubAddress } from './hub-address.js';

const PATIENCE_MS = 30_000;

/** Query parameters; those without a value are left out. */
export type Query = { readonly [name: string]: string | number | boolean | undefined };

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

interface Sent {
  readonly body?: object | undefined;
  /** Sent as If-Match. */
  readonly revision?: number | undefined;
}

/** A page of a list as the API answers it. */
export interface Page<Item> {
  readonly items: readonly Item[];
  /** Address of the next page; null on the last one. */
  readonly next: string | null;
}

/** Asks the HTTP API of a hub. Everything that is not a success is a CliError with the exit code that fits. */
export class HubClient {
  constructor(
    private readonly address: HubAddress,
    private readonly language: Language,
  ) {}

  /** Reads one answer. Its type is what the API's contract promises for the path; only that it is a JSON object is checked. */
  get<Answer extends object>(path: string, query: Query = {}): Promise<Answer> {
    return this.call('GET', path, { query });
  }

  /** Posts with a fresh Idempotency-Key, so that a repetition on the way does nothing twice. */
  post<Answer extends object>(path: string, body?: object, revision?: number): Promise<Answer> {
    return this.call('POST', path, { body, revision });
  }

  /** Replaces something; with `revision` only while it is still as it was read. */
  put<Answer extends object>(path: string, body: object, revision?: number): Promise<Answer> {
    return this.call('PUT', path, { body, revision });
  }

  /** Takes something away that is still as it was read. */
  async remove(path: string, revision: number): Promise<void> {
    const answer = await this.send('DELETE', path, { revision });
    if (!answer.ok) throw errorOfAnswer(answer.status, await readJson(answer), this.address.url);
  }

  /** Items of a list, page after page, up to `limit` (absent = all); `next` tells whether there are more. */
  async list<Item>(path: string, query: Query, limit: number | undefined): Promise<Page<Item>> {
    const items: Item[] = [];
    let cursor: string | undefined;
    for (;;) {
      const wanted = limit === undefined ? 200 : Math.min(200, limit - items.length);
      const page = await this.get<Page<Item>>(path, { ...query, limit: wanted, cursor });
      const more: unknown = page.items;
      if (!Array.isArray(more)) throw notTheHub(200, this.address.url);
      items.push(...(more as Item[]));
      const following = page.next && new URL(page.next, this.address.url).searchParams.get('cursor');
      if (!following || following === cursor) return { items, next: null };
      if (limit !== undefined && items.length >= limit) return { items, next: page.next };
      cursor = following;
    }
  }

  private async call<Answer extends object>(
    method: Method,
    path: string,
    { query = {}, ...sent }: Sent & { readonly query?: Query },
  ): Promise<Answer> {
    const answer = await this.send(method, `${path}${queryText(query)}`, sent);
    const value = await readJson(answer);
    if (!answer.ok) throw errorOfAnswer(answer.status, value, this.address.url);
    if (typeof value !== 'object' || value === null) throw notTheHub(answer.status, this.address.url);
    return value as Answer;
  }

  private async send(method: Method, path: string, { body, revision }: Sent): Promise<Response> {
    const { url, apiKey } = this.address;
    try {
      return await fetch(`${url}/api/v1${path}`, {
        method,
        // The key must not follow a redirect to somewhere else.
        redirect: 'manual',
        signal: AbortSignal.timeout(PATIENCE_MS),
        headers: {
          accept: 'application/json',
          'accept-language': this.language,
          ...(apiKey !== undefined && { authorization: `Bearer ${apiKey}` }),
          ...(method === 'POST' && { 'idempotency-key': randomUUID() }),
          ...(revision !== undefined && { 'if-match': `"${revision}"` }),
          ...(body && { 'content-type': 'application/json' }),
        },
        ...(body && { body: JSON.stringify(body) }),
      });
    } catch (error) {
      throw unreachable(url, error);
    }
  }
}

/** A path with its parts encoded: `path\`/records/${id}\``. */
export function path(texts: TemplateStringsArray, ...parts: readonly string[]): string {
  return texts.reduce((whole, text, index) => `${whole}${encodeURIComponent(parts[index - 1] ?? '')}${text}`);
}

function queryText(query: Query): string {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) given.set(name, String(value));
  return given.size === 0 ? '' : `?${given.toString()}`;
}

/** The JSON of an answer; undefined when it is something else. */
async function readJson(answer: Response): Promise<unknown> {
  if (!(answer.headers.get('content-type') ?? '').includes('json')) return undefined;
  try {
    return await answer.json();
  } catch {
    return undefined;
  }
}

/** Why no answer came, with what to do about it. */
export function unreachable(url: string, error: unknown): CliError {
  const { name, cause } = (error ?? {}) as { name?: string; cause?: { code?: string } };
  const code = name === 'TimeoutError' ? 'TIMEOUT' : (cause?.code ?? 'NETWORK');
  return new CliError(
    EXIT.unreachable,
    code === 'TIMEOUT'
      ? {
          en: `The hub at ${url} did not answer within ${PATIENCE_MS / 1000} seconds.`,
          zh: `${url} 的中枢在 ${PATIENCE_MS / 1000} 秒内没有应答。`,
        }
      : { en: `No hub can be reached at ${url} (${code}).`, zh: `无法连接 ${url} 的中枢（${code}）。` },
    [cure(code)],
  );
}

function cure(code: string): Wording {
  if (/CERT|SELF_SIGNED|SSL|TLS|ALTNAME|ISSUER/.test(code))
    return {
      en: 'Its certificate is not trusted here; name its authority in NODE_EXTRA_CA_CERTS.',
      zh: '其证书不受信任；请用 NODE_EXTRA_CA_CERTS 指定签发机构。',
    };
  return {
    en: 'Is it running (npm start)? Is ISTHMUS_URL right? "isthmus doctor" looks closer.',
    zh: '中枢是否已启动（npm start）？ISTHMUS_URL 是否正确？可运行 isthmus doctor 进一步检查。',
  };
}
