import { randomUUID } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { RollingWindow } from '../wire/window.js';
import {
  APP_KEY_INVALID,
  KingdeeError,
  ROUTER_WRONG,
  SIGNATURE_WRONG,
  TOKEN_EXPIRED,
  TOO_MANY_CALLS,
} from './errors.js';
import { appSignature, requestSignature } from './signature.js';

/** Credentials and checks of the imitated account set. */
export interface KingdeeAccess {
  clientId: string;
  clientSecret: string;
  outerInstanceId: string;
  accountId: string;
  appKey: string;
  /** Changes with `rotateSecret`. */
  appSecret: string;
  /** The address that `X-GW-Router-Addr` must name. */
  domain: string;
  /** Refuse business calls without the right router address. */
  checkRouter: boolean;
  /** Refuse wrong signatures and old timestamps. */
  checkSignature: boolean;
  tokenTtlMs: number;
  limits: { perMinute: number; tokensPerMinute: number } | false;
}

const SKEW_MS = 300_000;
const MINUTE_MS = 60_000;

interface Token {
  readonly expiresAt: number;
  readonly appSecret: string;
}

/** Lets a call in, or refuses it by its signature, its token or a rate limit. */
export class KingdeeGate {
  private readonly calls = new RollingWindow(MINUTE_MS);
  private readonly tokenCalls = new RollingWindow(MINUTE_MS);
  private tokens = new Map<string, Token>();
  private rotations = 0;

  constructor(
    private readonly access: KingdeeAccess,
    private readonly now: () => number,
    private readonly prefix: string,
  ) {}

  /** Checks headers and signature, which every call carries. */
  checkSigned(request: FastifyRequest): void {
    if (!this.access.checkSignature) return;
    const header = (name: string) => String(request.headers[name] ?? '');
    if (header('x-api-clientid') !== this.access.clientId) throw unsigned('unknown X-Api-ClientID');
    if (header('x-api-auth-version') !== '2.0') throw unsigned('X-Api-Auth-Version must be 2.0');
    if (header('x-api-signheaders') !== 'X-Api-TimeStamp,X-Api-Nonce') throw unsigned('X-Api-SignHeaders is wrong');
    const timestamp = header('x-api-timestamp');
    const nonce = header('x-api-nonce');
    if (!/^\d+$/.test(timestamp) || Math.abs(this.now() - Number(timestamp)) > SKEW_MS)
      throw unsigned('X-Api-TimeStamp is older or newer than five minutes');
    if (!/^[1-9]\d*$/.test(nonce)) throw unsigned('X-Api-Nonce must be a positive integer');
    if (!this.signedAs(request, nonce, timestamp, header('x-api-signature')))
      throw unsigned('X-Api-Signature does not match');
  }

  /** Checks app-token and router address of a business call, and counts it. */
  checkBusiness(request: FastifyRequest): void {
    const { limits, domain, checkRouter, appSecret } = this.access;
    if (limits !== false && !this.calls.take(this.now(), limits.perMinute))
      throw new KingdeeError(TOO_MANY_CALLS, '请求过于频繁', 429);
    if (checkRouter && request.headers['x-gw-router-addr'] !== domain)
      throw new KingdeeError(ROUTER_WRONG, 'X-GW-Router-Addr is missing or wrong', 403);
    const token = this.tokens.get(String(request.headers['app-token'] ?? ''));
    if (token === undefined || token.expiresAt <= this.now())
      throw new KingdeeError(TOKEN_EXPIRED, 'app-token已过期', 401);
    if (token.appSecret !== appSecret) throw new KingdeeError(APP_KEY_INVALID, 'appKey无效或已过期');
  }

  /** The app key pair of the account set. */
  authorise(outerInstanceId: string) {
    const { accountId, appKey, appSecret, clientId, domain } = this.access;
    if (outerInstanceId !== this.access.outerInstanceId)
      throw new KingdeeError(APP_KEY_INVALID, `outerInstanceId[${outerInstanceId}]未授权`);
    const row = {
      accountId,
      accountName: '演示账套',
      agreementCompanyName: '演示公司',
      appKey,
      appSecret,
      clientId,
      domain,
      groupName: 'gw-1',
      outerInstanceId,
      serviceId: '1800000000000000001',
      status: 1,
    };
    return [{ ...row, appKey: `${appKey}-old`, appSecret: 'no-longer-valid', status: 0 }, row];
  }

  /** Hands out an app-token. */
  issue(appKey: string, signature: string) {
    const { limits, appSecret, tokenTtlMs } = this.access;
    if (limits !== false && !this.tokenCalls.take(this.now(), limits.tokensPerMinute))
      throw new KingdeeError(TOO_MANY_CALLS, '获取app-token过于频繁', 429);
    if (appKey !== this.access.appKey || signature !== appSignature(appKey, appSecret))
      throw new KingdeeError(APP_KEY_INVALID, 'appKey无效或已过期');
    const token = `eyJ.${randomUUID()}`;
    const expiresAt = this.now() + tokenTtlMs;
    this.tokens.set(token, { expiresAt, appSecret });
    return { 'app-token': token, access_token: token, expires: expiresAt, uid: '1' };
  }

  /** Gives the account set a new appSecret; tokens of the old one are refused with 1030002006 unless they are kept. */
  rotateSecret(keepTokens: boolean): string {
    const before = this.access.appSecret;
    this.rotations += 1;
    this.access.appSecret = `sandbox-app-secret-${this.rotations + 1}-${this.now()}`;
    for (const [token, known] of this.tokens)
      if (keepTokens && known.appSecret === before)
        this.tokens.set(token, { ...known, appSecret: this.access.appSecret });
    return this.access.appSecret;
  }

  /** All app-tokens are expired from now on (1000202001). */
  expireTokens(): void {
    this.tokens = new Map();
  }

  reset(): void {
    this.calls.clear();
    this.tokenCalls.clear();
    this.tokens = new Map();
  }

  /** The path counts with and without the prefix under which the sandbox is mounted. */
  private signedAs(request: FastifyRequest, nonce: string, timestamp: string, signature: string): boolean {
    const [path = '', query = ''] = request.url.split('?', 2);
    const call = { method: request.method, query: parameters(query), nonce, timestamp };
    return [path.slice(this.prefix.length), path].some(
      (signed) => requestSignature(this.access.clientSecret, { ...call, path: signed }) === signature,
    );
  }
}

function parameters(query: string): Map<string, string> {
  const pairs = query.split('&').filter((pair) => pair !== '');
  return new Map(
    pairs.map((pair) => {
      const [key = '', ...value] = pair.split('=');
      return [decode(key), decode(value.join('='))];
    }),
  );
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function unsigned(why: string): KingdeeError {
  return new KingdeeError(SIGNATURE_WRONG, `sign error: ${why}`, 401);
}
