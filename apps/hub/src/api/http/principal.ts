import { createParamDecorator } from '@nestjs/common';
import type { ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

/** Who calls. */
export interface Principal {
  /** Id of the API key. */
  readonly id: string;
  readonly name: string;
  /** As it stands in audit and history: `api:<key name>`. */
  readonly actor: string;
}

const principals = new WeakMap<object, Principal>();

/** Notes who sent a request; only the door does. */
export function setPrincipal(request: FastifyRequest, principal: Principal): void {
  principals.set(request.raw, principal);
}

/** Who sent a request; undefined = nobody proved to be anybody. */
export function principalOf(request: FastifyRequest): Principal | undefined {
  return principals.get(request.raw);
}

/** Controller parameter: who calls. */
export const Caller = createParamDecorator((_: unknown, context: ExecutionContext): Principal | undefined =>
  principalOf(context.switchToHttp().getRequest<FastifyRequest>()),
);
