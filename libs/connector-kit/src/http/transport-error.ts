import { OutboundRefused } from './outbound-guard.js';

/**
 * Why a call got no whole answer:
 * `refused` outbound guard, `dns` name not found, `connect` no connection, `tls` certificate, `timeout` total deadline,
 * `broken` connection lost, `too-large` answer beyond its limit, `encoding` answer that cannot be unpacked, `aborted` by us.
 */
export type TransportFault =
  'refused' | 'dns' | 'connect' | 'tls' | 'timeout' | 'broken' | 'too-large' | 'encoding' | 'aborted';

/** A call without a whole answer. Holds no header, no query and no body. */
export class TransportError extends Error {
  constructor(
    readonly fault: TransportFault,
    /** True = at least a part of the request may have reached the far side. */
    readonly started: boolean,
    options?: ErrorOptions,
  ) {
    super(`http.${fault}`, options);
    this.name = 'TransportError';
  }
}

const DNS_CODES = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EAI_NODATA', 'EAI_FAIL', 'EAI_NONAME']);
const TLS_CODE = /^(ERR_TLS|ERR_SSL|CERT_|UNABLE_TO_|DEPTH_ZERO|SELF_SIGNED|HOSTNAME_MISMATCH|EPROTO)/;
const DEFECT_CODES = new Set(['UND_ERR_INVALID_ARG', 'UND_ERR_NOT_SUPPORTED']);

/** Turns what undici reports into a transport error; a defect of ours (a header with a line break) stays what it is. */
export function toTransportError(error: Error, started: boolean): Error {
  if (error instanceof TransportError) return error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (DEFECT_CODES.has(code)) return error;
  if (started) return new TransportError('broken', true, { cause: error });
  if (error instanceof OutboundRefused) return new TransportError('refused', false, { cause: error });
  if (DNS_CODES.has(code)) return new TransportError('dns', false, { cause: error });
  return new TransportError(TLS_CODE.test(code) ? 'tls' : 'connect', false, { cause: error });
}
