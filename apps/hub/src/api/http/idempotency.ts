import { Inject, Injectable } from '@nestjs/common';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { contentHash } from '@isthmus/json';
import type { Json } from '@isthmus/json';
import { claimIdempotency, releaseIdempotency, settleIdempotency } from '@isthmus/ledger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { catchError, concatMap, from, of } from 'rxjs';
import type { Observable } from 'rxjs';
import { API_DEPENDENCIES } from '../dependencies.js';
import type { ApiDependencies } from '../dependencies.js';
import { principalOf } from './principal.js';
import { ProblemError } from './problem-error.js';

/** Answers a repeated POST from what the first one answered. */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  constructor(@Inject(API_DEPENDENCIES) private readonly deps: ApiDependencies) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    const claim = claimOf(request);
    if (!claim) return next.handle();
    const { database, clock } = this.deps;
    const earlier = await claimIdempotency(database, claim, clock.now());
    if (earlier) {
      if (earlier.bodyHash !== claim.bodyHash) throw new ProblemError('idempotency.other-request');
      if (earlier.status === null) throw new ProblemError('idempotency.still-running', { retryAfterMs: 1_000 });
      reply.header('idempotent-replayed', 'true');
      return of(earlier.answer);
    }
    return next.handle().pipe(
      concatMap((body: unknown) =>
        from(settleIdempotency(database, claim, { status: reply.statusCode, body }).then(() => body)),
      ),
      catchError((error: unknown) =>
        from(
          releaseIdempotency(database, claim).then(
            () => Promise.reject(error as Error),
            () => Promise.reject(error as Error),
          ),
        ),
      ),
    );
  }
}

function claimOf(request: FastifyRequest): { key: string; route: string; bodyHash: string } | undefined {
  const key = request.headers['idempotency-key'];
  if (typeof key !== 'string') return undefined;
  if (key.length === 0 || key.length > 200) {
    throw new ProblemError('request.invalid', {
      errors: [{ pointer: '', code: 'schema.maxLength', message: 'Idempotency-Key has 1 to 200 characters' }],
    });
  }
  const route = `${request.method} ${request.url.split('?')[0] ?? ''}`;
  // Keys of different callers never meet.
  return {
    key: `${principalOf(request)?.id ?? ''}:${key}`,
    route,
    bodyHash: contentHash((request.body ?? null) as Json),
  };
}
