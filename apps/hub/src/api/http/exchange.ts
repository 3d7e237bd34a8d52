import { createParamDecorator } from '@nestjs/common';
import type { ExecutionContext } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** Request and answer of one call, for headers and links. */
export interface HttpExchange {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/** Controller parameter: the exchange, while Nest still sends the answer. */
export const Exchange = createParamDecorator((_: unknown, context: ExecutionContext): HttpExchange => {
  const http = context.switchToHttp();
  return { request: http.getRequest<FastifyRequest>(), reply: http.getResponse<FastifyReply>() };
});

/** A moment as the API writes it. */
export function iso(at: Date): string {
  return at.toISOString();
}

/** A moment that may not have come. */
export function isoOrNull(at: Date | null): string | null {
  return at === null ? null : at.toISOString();
}
