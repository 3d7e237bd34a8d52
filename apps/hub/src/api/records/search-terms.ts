import { comparableCode, normaliseEmail, parsePhone } from '@isthmus/canonical';
import type { RecordSearch } from '@isthmus/ledger';
import type { Topology } from '@isthmus/stages';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const CODE_KINDS = [
  'unifiedSocialCreditCode',
  'taxId',
  'customerNumber',
  'skuCode',
  'orderNumber',
  'externalNumber',
  'locationCode',
  'gln',
];

/** What a search text may mean: a record id, a native id, an identity key, or the beginning of a name. */
export function searchTerms(topology: Topology, text: string): RecordSearch {
  const query = text.trim();
  const nativeIds = [...topology.connections.values()].flatMap((connection) =>
    [...connection.streams.keys()].map((stream) => ({ connectionId: connection.id, stream, nativeId: query })),
  );
  return {
    id: UUID.test(query) ? query.toLowerCase() : undefined,
    nativeIds,
    keys: keysOf(query),
    label: query.toLowerCase().slice(0, 100),
  };
}

function keysOf(query: string): string[] {
  const code = comparableCode(query);
  const codes = CODE_KINDS.flatMap((kind) => [`${kind}:${query}`, `${kind}:${code}`]);
  const phone = parsePhone(query);
  const phones = phone.ok ? [`mobile:${phone.value.e164}`, `phone:${phone.value.e164}`] : [];
  const email = normaliseEmail(query);
  const emails = email.ok ? [`email:${email.value.toLowerCase()}`] : [];
  const barcode = /^\d{8,14}$/.test(query) ? [`barcode:${query.padStart(14, '0')}`] : [];
  return [...new Set([...codes, ...phones, ...emails, ...barcode])];
}
