import type { Failure, FailureKind } from '../failure.js';
import { makeFailure } from '../make-failure.js';
import type { TransportError, TransportFault } from './transport-error.js';

const WORDS: { readonly [fault in TransportFault]: readonly [en: string, zh: string] } = {
  refused: [
    'The address is not a public one. An admin can allow its host and port for this connection.',
    '目标不是公网地址。如需访问，请由管理员在该连接中放行其主机和端口。',
  ],
  dns: ['The host name of the system cannot be resolved.', '无法解析对方系统的主机名。'],
  connect: ['No connection to the system.', '无法连接到对方系统。'],
  tls: ['The TLS certificate of the system is not valid.', '对方系统的 TLS 证书无效。'],
  timeout: ['The system did not answer in time.', '对方系统未在限定时间内应答。'],
  broken: ['The connection broke before the whole answer arrived.', '应答尚未收全，连接已中断。'],
  'too-large': ['The answer is larger than allowed.', '应答超过允许的大小。'],
  encoding: ['The answer is packed in a way that cannot be read.', '应答的压缩格式无法读取。'],
  aborted: [
    'The call was cut short because the hub is stopping or lost its lease.',
    '因系统停止或失去租约，调用被中断。',
  ],
};

/** Faults that the next try meets again: somebody has to look. */
const PERMANENT: ReadonlySet<TransportFault> = new Set(['refused', 'tls', 'too-large', 'encoding']);

/** Sorts a call without a whole answer; what may have taken effect and must not be repeated blindly is `unknown` (DESIGN law 6). */
export function transportFailure(error: TransportError, idempotent: boolean): Failure {
  const [en, zh] = WORDS[error.fault];
  return makeFailure(kindOf(error, idempotent), `http.${error.fault}`, en, zh, { details: { started: error.started } });
}

function kindOf(error: TransportError, idempotent: boolean): FailureKind {
  if (error.started && !idempotent) return 'unknown';
  return PERMANENT.has(error.fault) ? 'contract' : 'transient';
}
