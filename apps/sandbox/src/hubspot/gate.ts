import type { FastifyReply, FastifyRequest } from 'fastify';
import { RollingWindow } from '../wire/window.js';
import { HubspotError } from './errors.js';

/** Rate limits of one app. */
export interface HubspotLimits {
  /** Calls per ten seconds. */
  burst: number;
  /** Search calls per second. */
  search: number;
  /** Calls per day. */
  daily: number;
}

const BURST_MS = 10_000;
const DAY_MS = 86_400_000;

/** Lets a call in, or refuses it by its token or by a rate limit. */
export class Gate {
  private readonly burst = new RollingWindow(BURST_MS);
  private readonly searches = new RollingWindow(1_000);
  private day = { number: 0, calls: 0 };
  /** Tokens that were refreshed, with their end. */
  private readonly refreshed = new Map<string, number>();
  private revoked = false;
  private fixedTokenDead = false;

  constructor(
    private readonly settings: {
      token: string;
      refreshToken: string;
      tokenTtlMs: number;
      limits: HubspotLimits | false;
    },
    private readonly now: () => number,
  ) {}

  authorise(request: FastifyRequest): void {
    const header = request.headers.authorization ?? '';
    const token = /^Bearer (.+)$/i.exec(header)?.[1];
    if (token === undefined)
      throw new HubspotError(401, 'INVALID_AUTHENTICATION', 'Authentication credentials not found.');
    if (token === this.settings.token && !this.fixedTokenDead) return;
    const end = this.refreshed.get(token);
    if (end !== undefined && end > this.now()) return;
    if (end !== undefined || token === this.settings.token)
      throw new HubspotError(401, 'EXPIRED_AUTHENTICATION', 'The OAuth token used to make this call expired.');
    throw new HubspotError(401, 'INVALID_AUTHENTICATION', 'Authentication credentials are not valid.');
  }

  /** Counts the call and sets the headers that tell what is left. */
  limit(request: FastifyRequest, reply: FastifyReply): void {
    const { limits } = this.settings;
    if (limits === false) return;
    const now = this.now();
    const today = Math.floor(now / DAY_MS);
    if (this.day.number !== today) this.day = { number: today, calls: 0 };
    this.tellLimits(reply, limits, now);
    if (this.day.calls >= limits.daily) throw tooMany('You have reached your daily limit.', 'DAILY');
    const searching = request.routeOptions.url?.endsWith('/search') === true;
    if (searching && !this.searches.take(now, limits.search))
      throw tooMany('You have reached your secondly limit.', 'SECONDLY');
    if (!this.burst.take(now, limits.burst))
      throw tooMany('You have reached your ten_secondly_rolling limit.', 'TEN_SECONDLY_ROLLING');
    this.day.calls += 1;
  }

  /** Exchanges the refresh token for an access token. */
  refresh(refreshToken: string): {
    access_token: string;
    refresh_token: string;
    expires_in: number;
    token_type: string;
  } {
    if (this.revoked || refreshToken !== this.settings.refreshToken)
      throw new HubspotError(400, 'BAD_REFRESH_TOKEN', 'missing or invalid refresh token');
    const token = `sandbox-access-${this.refreshed.size + 1}-${this.now()}`;
    this.refreshed.set(token, this.now() + this.settings.tokenTtlMs);
    return {
      access_token: token,
      refresh_token: refreshToken,
      expires_in: Math.floor(this.settings.tokenTtlMs / 1_000),
      token_type: 'bearer',
    };
  }

  /** All access tokens are expired from now on. */
  expireTokens(): void {
    for (const token of this.refreshed.keys()) this.refreshed.set(token, 0);
    this.fixedTokenDead = true;
  }

  /** The refresh token is worth nothing from now on. */
  revokeRefreshToken(): void {
    this.revoked = true;
  }

  reset(): void {
    this.burst.clear();
    this.searches.clear();
    this.refreshed.clear();
    this.revoked = false;
    this.fixedTokenDead = false;
  }

  private tellLimits(reply: FastifyReply, limits: HubspotLimits, now: number): void {
    void reply.headers({
      'x-hubspot-ratelimit-daily': limits.daily,
      'x-hubspot-ratelimit-daily-remaining': Math.max(0, limits.daily - this.day.calls - 1),
      'x-hubspot-ratelimit-interval-milliseconds': BURST_MS,
      'x-hubspot-ratelimit-max': limits.burst,
      'x-hubspot-ratelimit-remaining': Math.max(0, limits.burst - this.burst.count(now) - 1),
    });
  }
}

function tooMany(message: string, policyName: string): HubspotError {
  return new HubspotError(429, 'RATE_LIMITS', message, { policyName });
}
