import { waitsForMapping } from '@isthmus/ledger';
import type { BrokenStream } from './topology.js';

interface Words {
  readonly en: string;
  readonly zh: string;
}

/** Why and on what a change of a stream waits whose mapping is broken. */
export function waitForMapping(stream: BrokenStream): {
  readonly state: 'waiting';
  readonly waitingOn: string;
  readonly reason: { readonly code: string; readonly message: Words };
} {
  const reason = { code: 'change.mapping-broken', message: wordsFor(stream) };
  return { state: 'waiting', waitingOn: waitsForMapping(stream.name), reason };
}

/** Why a delivery to such a stream waits. */
export function deliveryWaitsForMapping(stream: BrokenStream): {
  readonly kind: 'transient';
  readonly code: string;
  readonly message: Words;
} {
  return { kind: 'transient', code: 'delivery.mapping-broken', message: wordsFor(stream) };
}

function wordsFor({ connectionId, name, fault }: BrokenStream): Words {
  return {
    en: `Waits until the mapping of ${connectionId}/${name} can be used again. ${fault.en}.`,
    zh: `等待 ${connectionId}/${name} 的映射恢复可用。${fault.zh}。`,
  };
}
