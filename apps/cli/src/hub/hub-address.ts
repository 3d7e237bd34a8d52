import type { Wording } from '@isthmus/api-contract';
import { CliError } from '../cli-error.js';
import { EXIT } from '../exit-code.js';

export const DEFAULT_URL = 'http://127.0.0.1:3000';

/** Where the hub is and with which key it is asked. */
export interface HubAddress {
  /** Origin and path prefix, without a slash at the end. */
  readonly url: string;
  readonly apiKey: string | undefined;
}

/** The address from `--url`, ISTHMUS_URL and ISTHMUS_API_KEY. The key never comes by the command line, where other users could read it. */
export function hubAddress(
  asked: string | undefined,
  environment: { readonly [name: string]: string | undefined },
): HubAddress {
  const text = asked ?? (environment['ISTHMUS_URL'] || DEFAULT_URL);
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.search || url.hash)
    throw wrong({
      en: `"${text}" is not the address of a hub: write it like ${DEFAULT_URL}.`,
      zh: `“${text}”不是中枢地址，应形如 ${DEFAULT_URL}。`,
    });
  if (url.username || url.password)
    throw wrong({
      en: 'The address of the hub must not hold a user or password; the key goes into ISTHMUS_API_KEY.',
      zh: '中枢地址中不能包含用户名或密码；密钥请放入 ISTHMUS_API_KEY。',
    });
  const apiKey = environment['ISTHMUS_API_KEY']?.trim() || undefined;
  if (apiKey !== undefined && !/^[\x21-\x7e]+$/.test(apiKey))
    throw wrong({
      en: 'ISTHMUS_API_KEY holds characters that no key has (spaces or others than ASCII).',
      zh: 'ISTHMUS_API_KEY 含有密钥中不可能出现的字符（空格或非 ASCII 字符）。',
    });
  return { url: url.href.replace(/\/+$/, ''), apiKey };
}

/** Whether the key would travel in the clear beyond this machine. */
export function sendsKeyInClear({ url, apiKey }: HubAddress): boolean {
  return apiKey !== undefined && url.startsWith('http:') && !isLocalHost(new URL(url).hostname);
}

/** Whether a host name means this machine. */
export function isLocalHost(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);
}

function wrong(wording: Wording): CliError {
  return new CliError(EXIT.usage, wording);
}
