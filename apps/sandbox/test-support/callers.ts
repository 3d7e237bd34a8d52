import { createHmac } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { Sandbox } from '../src/sandbox.js';

/** An answer with its body read. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly json: Record<string, never> & { [name: string]: unknown };
}

/** One HTTP call; rejects when the connection is cut. */
export async function call(
  method: string,
  url: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const type: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' };
  const answer = await fetch(url, {
    method,
    headers: { ...type, ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, text, json: parse(text) };
}

function parse(text: string): Answer['json'] {
  try {
    return JSON.parse(text) as Answer['json'];
  } catch {
    return {} as Answer['json'];
  }
}

/** A caller of the imitated CRM. */
export function crmCaller(sandbox: Sandbox) {
  const headers = { authorization: 'Bearer sandbox-hubspot-token' };
  return (method: string, path: string, body?: unknown) => call(method, `${sandbox.url}/hubspot${path}`, body, headers);
}

/** A caller of the plain JSON API. */
export function restCaller(sandbox: Sandbox) {
  return (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
    call(method, `${sandbox.url}/rest${path}`, body, { authorization: 'Bearer sandbox-rest-token', ...headers });
}

/** A caller of the control surface. */
export function controlCaller(sandbox: Sandbox) {
  return (method: string, path: string, body?: unknown) => call(method, `${sandbox.url}/_control${path}`, body);
}

const hex64 = (key: string, text: string) =>
  Buffer.from(createHmac('sha256', key).update(text).digest('hex')).toString('base64');

/** A caller of the imitated ERP: signs every call and fetches an app-token first. Written apart from the far side. */
export function erpCaller(sandbox: Sandbox, now: () => number = Date.now) {
  let token: string | undefined;
  const twice = (text: string) => encodeURIComponent(encodeURIComponent(text));
  const send = (
    method: string,
    path: string,
    query: Record<string, string>,
    body?: unknown,
    more: Record<string, string> = {},
  ) => {
    const keys = Object.keys(query).sort();
    const timestamp = String(now());
    const signed = keys.map((key) => `${twice(key)}=${twice(query[key] ?? '')}`).join('&');
    const text = `${method}\n${encodeURIComponent(path)}\n${signed}\nx-api-nonce:77\nx-api-timestamp:${timestamp}\n`;
    const search = keys.map((key) => `${encodeURIComponent(key)}=${encodeURIComponent(query[key] ?? '')}`).join('&');
    return call(method, `${sandbox.url}/kingdee${path}${search === '' ? '' : `?${search}`}`, body, {
      'x-api-clientid': '200001',
      'x-api-auth-version': '2.0',
      'x-api-timestamp': timestamp,
      'x-api-nonce': '77',
      'x-api-signheaders': 'X-Api-TimeStamp,X-Api-Nonce',
      'x-api-signature': hex64('sandbox-kingdee-secret', text),
      ...more,
    });
  };
  const authorise = async () => {
    const base = '/jdyconnector/app_management';
    const pairs = await send('POST', `${base}/push_app_authorize`, { outerInstanceId: '250000000000000001' }, {});
    const rows = pairs.json['data'] as unknown as { status: number; appKey: string; appSecret: string }[];
    const { appKey = '', appSecret = '' } = rows.find((row) => row.status === 1) ?? {};
    const answer = await send('GET', `${base}/kingdee_auth_token`, {
      app_key: appKey,
      app_signature: hex64(appSecret, appKey),
    });
    const data = (answer.json['data'] ?? {}) as Record<string, string>;
    return { token: data['app-token'] ?? '', answer, appKey, appSecret };
  };
  const business = async (
    method: string,
    path: string,
    query: Record<string, string> = {},
    body?: unknown,
    more = {},
  ) => {
    token ??= (await authorise()).token;
    return send(method, path, query, body, { 'app-token': token, 'x-gw-router-addr': 'https://tf.jdy.com', ...more });
  };
  return { send, authorise, business, forgetToken: () => (token = undefined) };
}

/** A webhook target that keeps what it is sent. */
export async function startTarget(answer: (count: number) => number = () => 200) {
  const received: { headers: Record<string, string | string[] | undefined>; body: string }[] = [];
  const server: Server = createServer((request, response) => {
    let body = '';
    request.on('data', (part) => (body += String(part)));
    request.on('end', () => {
      received.push({ headers: request.headers, body });
      response.statusCode = answer(received.length);
      response.end('success');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}/hooks?secret=abc`,
    received,
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
