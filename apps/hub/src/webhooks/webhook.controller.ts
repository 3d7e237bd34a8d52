import { isUtf8 } from 'node:buffer';
import { Controller, HttpCode, Inject, Post, Get, Req, Res } from '@nestjs/common';
import { FailureError } from '@isthmus/connector-kit';
import type { RawRequest, WebhookHandler } from '@isthmus/connector-kit';
import type { WebhookReceiver } from '@isthmus/stages';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ConnectionRuntime } from '../runtime/connection-runtime.js';

/** What the webhook door needs of the running hub. */
export interface WebhookDoor {
  readonly receiver: WebhookReceiver;
  runtime(connectionId: string): ConnectionRuntime | undefined;
  now(): Date;
  /** Public origin as senders call it, where a proxy stands before the hub. */
  readonly publicUrl: string | undefined;
  /** A refused request, for log and metrics; never with its body. */
  refused(connectionId: string, code: string, reason: string): void;
  ledgerAway(error: unknown): void;
}

/** Injection token of WebhookDoor. */
export const WEBHOOK_DOOR = Symbol('WebhookDoor');

/** `POST /webhooks/<connection>[/<key>]`: verifies over the raw bytes, stores, and only then answers. */
@Controller('webhooks')
export class WebhookController {
  constructor(@Inject(WEBHOOK_DOOR) private readonly door: WebhookDoor) {}

  @Post([':connection', ':connection/:key'])
  @HttpCode(200)
  async receive(
    @Req() request: FastifyRequest<{ Params: { connection: string } }>,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const connectionId = request.params.connection;
    const runtime = this.door.runtime(connectionId);
    const handler = runtime?.connector.webhook;
    if (!runtime || !handler) return void reply.code(404).send({ code: 'webhook.unknown-connection' });
    const raw = rawRequest(request, this.door.publicUrl);
    const verified = handler.verify(raw, runtime.settings, this.door.now());
    if (!verified.ok) {
      this.door.refused(connectionId, verified.code, verified.reason);
      return void reply.code(401).send({ code: 'webhook.refused' });
    }
    if (!isUtf8(raw.body)) {
      this.door.refused(connectionId, 'webhook.encoding', 'the body is not UTF-8');
      return void reply.code(400).send({ code: 'webhook.encoding', message: 'The body is not UTF-8 text.' });
    }
    return this.store(runtime, handler, raw, reply);
  }

  private async store(
    runtime: ConnectionRuntime,
    handler: WebhookHandler,
    raw: RawRequest,
    reply: FastifyReply,
  ): Promise<void> {
    try {
      await this.door.receiver.receive(runtime.row.id, handler.parse(raw, runtime.settings));
    } catch (error) {
      if (error instanceof FailureError || (error instanceof Error && error.name === 'JsonError')) {
        const code = error instanceof FailureError ? error.failure.code : (error as Error & { code: string }).code;
        this.door.refused(runtime.row.id, code, error.message);
        return void reply.code(400).send({ code, message: error.message });
      }
      this.door.ledgerAway(error);
      return void reply.code(503).header('retry-after', '5').send({ code: 'webhook.not-stored' });
    }
    const answer = handler.answer ?? { status: 200, contentType: 'application/json', body: '{}' };
    void reply.code(answer.status).header('content-type', answer.contentType).send(answer.body);
  }

  /** Some senders check the address with a GET before they use it. */
  @Get(':connection')
  check(): { ok: true } {
    return { ok: true };
  }
}

function rawRequest(request: FastifyRequest, publicUrl: string | undefined): RawRequest {
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(',') : value]),
  );
  const origin = publicUrl ?? `${request.protocol}://${request.headers.host ?? 'localhost'}`;
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  return { method: request.method, url: `${origin.replace(/\/$/, '')}${request.url}`, headers, body };
}
