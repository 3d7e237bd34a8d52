import type { FastifyRequest } from 'fastify';
import { ControlError } from '../far-side.js';

const LOOPBACK = /^(::1|127(\.\d{1,3}){3}|::ffff:127(\.\d{1,3}){3})$/;
const LOCAL_HOST = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/i;

/** Lets only callers of this machine in, and no page of another site that a browser of this machine shows. */
export function onlyLoopback(request: FastifyRequest): void {
  const site = request.headers['sec-fetch-site'];
  const foreign = site !== undefined && site !== 'same-origin' && site !== 'none';
  if (!LOOPBACK.test(request.ip) || !LOCAL_HOST.test(request.headers.host ?? '') || foreign)
    throw new ControlError(403, 'the control surface answers callers of this machine only');
}
