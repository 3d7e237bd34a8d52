import { Catch, HttpException, Inject } from '@nestjs/common';
import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common';
import { apiErrors } from '@isthmus/api-contract';
import type { ApiError, ApiErrorCode, Problem } from '@isthmus/api-contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { API_DEPENDENCIES } from '../dependencies.js';
import type { ApiDependencies } from '../dependencies.js';
import { ProblemError } from './problem-error.js';

const BY_STATUS: { readonly [status: number]: ApiErrorCode } = {
  400: 'request.malformed',
  401: 'auth.missing-key',
  404: 'request.not-found',
  405: 'request.method-not-allowed',
  413: 'request.too-large',
  415: 'request.content-type',
  503: 'hub.unavailable',
};

/** PostgreSQL and socket codes that say that the database is away or has no room, not that a statement is wrong. */
const DATABASE_AWAY = /^(08\w{3}|57P0[123]|53[123]00|58030|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND)$/;

/** What the PostgreSQL client says without a code. */
const CONNECTION_LOST = /timeout exceeded when trying to connect|Connection terminated|Query read timeout/;

/** Turns everything that is thrown into problem details (RFC 9457). The caller sees code and field, never a stack, SQL, host or secret. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(@Inject(API_DEPENDENCIES) private readonly deps: Pick<ApiDependencies, 'log'>) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const thrown = asProblem(error);
    if (thrown.code === 'hub.defect' || thrown.code === 'hub.unavailable') {
      this.deps.log.error(
        { code: thrown.code, requestId: request.id, method: request.method, error },
        'a request failed',
      );
    }
    if (reply.sent || reply.raw.headersSent) {
      reply.raw.end();
      return;
    }
    const problem = problemOf(thrown, request);
    if (thrown.extra.retryAfterMs !== undefined)
      reply.header('retry-after', String(Math.ceil(thrown.extra.retryAfterMs / 1_000)));
    if (problem.status === 401) reply.header('www-authenticate', challenge(request));
    // A body that was refused half-read must not be taken for the next request of the connection.
    if (problem.status === 413) reply.header('connection', 'close');
    reply.code(problem.status).header('content-type', 'application/problem+json; charset=utf-8').send(problem);
  }
}

/** Browsers ask for a key only where people look at pages; scripts get no prompt. */
function challenge(request: FastifyRequest): string {
  const page = (request.headers.accept ?? '').includes('text/html');
  return page ? 'Basic realm="Isthmus: any name, API key as password", charset="UTF-8"' : 'Bearer realm="Isthmus"';
}

function asProblem(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  if (error instanceof HttpException)
    return new ProblemError(BY_STATUS[error.getStatus()] ?? codeOfStatus(error.getStatus()));
  const { code, statusCode } = (error ?? {}) as { code?: unknown; statusCode?: unknown };
  if (typeof statusCode === 'number') return new ProblemError(BY_STATUS[statusCode] ?? codeOfStatus(statusCode));
  if (typeof code === 'string' && DATABASE_AWAY.test(code))
    return new ProblemError('hub.unavailable', { retryAfterMs: 5_000 });
  if (error instanceof Error && error.name === 'TimeoutError')
    return new ProblemError('hub.unavailable', { retryAfterMs: 5_000 });
  if (error instanceof Error && CONNECTION_LOST.test(error.message)) {
    return new ProblemError('hub.unavailable', { retryAfterMs: 5_000 });
  }
  return new ProblemError('hub.defect');
}

function codeOfStatus(status: number): ApiErrorCode {
  return status >= 400 && status < 500 ? 'request.malformed' : 'hub.defect';
}

function problemOf(error: ProblemError, request: FastifyRequest): Problem {
  const known: ApiError = apiErrors[error.code];
  const chinese = /^\s*zh\b/i.test(request.headers['accept-language'] ?? '');
  const docs = `/docs/errors#${error.code}`;
  return {
    type: docs,
    title: known.title,
    status: known.status,
    detail: chinese ? known.detail.zh : known.detail.en,
    instance: `urn:isthmus:request:${request.id}`,
    code: error.code,
    requestId: request.id,
    docs,
    retryable: known.retryable ?? false,
    ...(error.extra.retryAfterMs !== undefined && { retryAfterMs: error.extra.retryAfterMs }),
    ...(error.extra.errors && { errors: error.extra.errors }),
  };
}
