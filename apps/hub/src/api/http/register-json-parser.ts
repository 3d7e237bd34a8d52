import { DOOR_LIMITS, JsonError, parseJson } from '@isthmus/json';
import type { Json } from '@isthmus/json';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ProblemError } from './problem-error.js';

/** Largest body in bytes that is accepted at any door (FAULTS S04). */
export const BODY_LIMIT_BYTES = 1_048_576;

const JSON_TYPES = ['application/json', 'application/merge-patch+json'];
const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false });

/**
 * Sets how bodies are read, before the application starts: JSON without losing digits and within limits; below `/webhooks/` every body,
 * of whatever type, stays the raw bytes, because signatures are made over them. Any other content type is refused with 415.
 */
export function registerJsonParser(app: NestFastifyApplication, bodyLimit = BODY_LIMIT_BYTES): void {
  // Fastify reads plain text by itself; a form on another site could then post without the browser asking first.
  app.getHttpAdapter().getInstance().removeContentTypeParser('text/plain');
  app.useBodyParser(JSON_TYPES, { bodyLimit }, (request: { url?: string }, body: Buffer, done) => {
    read(() => (isWebhook(request) ? body : readJsonBody(body)), done);
  });
  app.useBodyParser('*', { bodyLimit }, (request: { url?: string }, body: Buffer, done) => {
    read(() => {
      if (isWebhook(request)) return body;
      if (body.length === 0) return undefined;
      throw new ProblemError('request.content-type');
    }, done);
  });
}

type Done = (error: Error | null, body?: unknown) => void;

function read(work: () => unknown, done: Done): void {
  let body: unknown;
  try {
    body = work();
  } catch (error) {
    done(error as Error);
    return;
  }
  done(null, body);
}

function isWebhook(request: { url?: string }): boolean {
  return (request.url ?? '').startsWith('/webhooks/');
}

function readJsonBody(body: Buffer): Json | undefined {
  if (body.length === 0) return undefined;
  try {
    return parseJson(strictUtf8.decode(body), DOOR_LIMITS);
  } catch (error) {
    if (error instanceof JsonError) {
      throw new ProblemError(error.code, {
        errors: [{ pointer: error.path, code: error.code, message: error.message }],
      });
    }
    throw new ProblemError('json.encoding');
  }
}
