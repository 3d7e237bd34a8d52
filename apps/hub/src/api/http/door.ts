import { Inject, Injectable } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import { API_DEPENDENCIES } from '../dependencies.js';
import type { ApiDependencies } from '../dependencies.js';
import { KeyChecker } from './key-checker.js';
import { principalOf, setPrincipal } from './principal.js';
import { ProblemError } from './problem-error.js';
import { WrongKeys } from './wrong-keys.js';

/**
 * The way in. Every route needs an API key unless it is on the short list of open ones, so that a route that somebody adds is closed until
 * it is opened on purpose.
 */
@Injectable()
export class Door {
  readonly keys: KeyChecker;
  private readonly wrongKeys = new WrongKeys();

  constructor(@Inject(API_DEPENDENCIES) private readonly deps: ApiDependencies) {
    this.keys = new KeyChecker(deps);
  }

  /** Lets a request in or refuses it, before its body is read. */
  async admit(request: FastifyRequest): Promise<void> {
    if (isOpen(request)) return;
    const key = presentedKey(request);
    if (key === undefined) throw new ProblemError('auth.missing-key');
    const principal = await this.keys.check(key);
    if (!principal) throw this.refusal(request);
    setPrincipal(request, principal);
  }

  private refusal(request: FastifyRequest): ProblemError {
    const waitMs = this.wrongKeys.note(request.ip, this.deps.clock.now().getTime());
    return waitMs === undefined
      ? new ProblemError('auth.unknown-key')
      : new ProblemError('auth.too-many-attempts', { retryAfterMs: waitMs });
  }
}

/** Guards every controller of the API once more: where the door was not hung, nothing answers. */
@Injectable()
export class KeyGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    if (principalOf(context.switchToHttp().getRequest<FastifyRequest>())) return true;
    throw new ProblemError('auth.missing-key');
  }
}

/** Hangs the door before all routes of the application; call before it starts. */
export function hangDoor(app: NestFastifyApplication): void {
  const door = app.get(Door);
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onRequest', async (request, reply) => {
      reply.header('x-request-id', request.id);
      reply.header('x-content-type-options', 'nosniff');
      await door.admit(request as unknown as FastifyRequest);
    });
}

/** Judged by the route that was matched, not by the text of the URL, which can be spelt in many ways. */
function isOpen(request: FastifyRequest): boolean {
  const route = request.routeOptions.url;
  if (route === undefined) return false;
  if (route.startsWith('/webhooks/') || route.startsWith('/health/')) return true;
  if (route === '/' || route === '/favicon.ico' || route === '/docs/errors') return true;
  if (route === '/metrics') return isLocal(request);
  return (route === '/admin' || route.startsWith('/admin/')) && !route.startsWith('/admin/queues');
}

/** From this machine, and not passed on by a proxy on this machine. */
function isLocal(request: FastifyRequest): boolean {
  const { headers } = request;
  if (headers['x-forwarded-for'] !== undefined || headers.forwarded !== undefined || headers.via !== undefined)
    return false;
  const address = request.socket.remoteAddress ?? '';
  return address === '::1' || /^(::ffff:)?127\./.test(address);
}

/** Bearer token or X-API-Key; for pages in a browser also the password of Basic, which only reads. */
function presentedKey(request: FastifyRequest): string | undefined {
  const header = request.headers['x-api-key'];
  if (typeof header === 'string' && header !== '') return header;
  const [scheme = '', value = ''] = (request.headers.authorization ?? '').split(' ');
  if (value === '') return undefined;
  if (scheme.toLowerCase() === 'bearer') return value;
  if (scheme.toLowerCase() !== 'basic' || (request.method !== 'GET' && request.method !== 'HEAD')) return undefined;
  const text = Buffer.from(value, 'base64').toString('utf8');
  return text.slice(text.indexOf(':') + 1) || undefined;
}
