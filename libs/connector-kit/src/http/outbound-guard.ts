import { lookup as systemLookup } from 'node:dns';
import { BlockList, isIP } from 'node:net';
import type { LookupAddress, LookupOptions } from 'node:dns';

/** Same shape as `dns.lookup` with `all: true`; a test hands in its own resolver. */
export type Resolve = (
  hostname: string,
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/** The address that a call would reach is not allowed for this connection (FAULTS S08). */
export class OutboundRefused extends Error {
  readonly code = 'ISTHMUS_OUTBOUND_REFUSED';

  constructor(
    readonly hostname: string,
    readonly port: number,
  ) {
    super(`calls to ${hostname}:${port} are not allowed: it is not a public address`);
    this.name = 'OutboundRefused';
  }
}

// IANA special-purpose address registries: nothing in here is a far side on the public internet.
const REFUSED_V4: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
];
const REFUSED_V6: readonly (readonly [string, number])[] = [
  ['::', 128],
  ['::1', 128],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2001::', 23],
  ['2001:db8::', 32],
  ['3fff::', 20],
  ['5f00::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
];
const refused = new BlockList();
for (const [net, prefix] of REFUSED_V4) refused.addSubnet(net, prefix, 'ipv4');
for (const [net, prefix] of REFUSED_V6) refused.addSubnet(net, prefix, 'ipv6');

// RFC 6761: these names mean this machine, whatever a resolver says of them.
const LOCALHOST = /(?:^|\.)localhost\.?$/i;

/** True for an address of the public internet; private, loopback, link-local, metadata, mapped and reserved ones are not. */
export function isPublicAddress(address: string): boolean {
  const plain = address.replace(/^\[|\]$/g, '').replace(/%.*$/, '');
  const family = isIP(plain);
  if (family === 4) return !refused.check(plain, 'ipv4');
  if (family !== 6) return false;
  if (refused.check(plain, 'ipv6')) return false;
  const inner = embeddedIpv4(plain);
  return inner === undefined || !refused.check(inner, 'ipv4');
}

/** The IPv4 address inside a mapped (::ffff:), compatible (::), NAT64 (64:ff9b::) or 6to4 (2002:) IPv6 address. */
function embeddedIpv4(address: string): string | undefined {
  const groups = expand(address);
  const [high, low] =
    groups[0] === 0x2002
      ? [groups[1], groups[2]]
      : isMapped(groups) || isNat64(groups)
        ? [groups[6], groups[7]]
        : [undefined, undefined];
  if (high === undefined || low === undefined) return undefined;
  return `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`;
}

function isMapped(groups: readonly number[]): boolean {
  return groups.slice(0, 5).every((group) => group === 0) && (groups[5] === 0xffff || groups[5] === 0);
}

function isNat64(groups: readonly number[]): boolean {
  return groups[0] === 0x64 && groups[1] === 0xff9b && groups.slice(2, 6).every((group) => group === 0);
}

function expand(address: string): number[] {
  const dotted = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(address);
  const text = dotted
    ? `${dotted[1]}${((Number(dotted[2]) << 8) | Number(dotted[3])).toString(16)}:${((Number(dotted[4]) << 8) | Number(dotted[5])).toString(16)}`
    : address;
  const [head = '', tail] = text.split('::');
  const groupsOf = (part: string): number[] => (part === '' ? [] : part.split(':').map((group) => parseInt(group, 16)));
  const front = groupsOf(head);
  if (tail === undefined) return front;
  const back = groupsOf(tail);
  return [...front, ...Array.from({ length: 8 - front.length - back.length }, () => 0), ...back];
}

/** Decides at connect time, on the resolved address, whether a socket may be opened. */
export interface OutboundGuard {
  /** Throws OutboundRefused for `localhost` and for an address literal that is not allowed. Other names are left to `lookup`. */
  checkHost(hostname: string, port: number): void;
  /** `dns.lookup` that refuses a name as soon as one of its addresses is not allowed. */
  lookupFor(port: number): GuardedLookup;
}

/** The signature that `net.connect` expects of a lookup. */
export type GuardedLookup = (
  hostname: string,
  options: LookupOptions,
  callback: (error: NodeJS.ErrnoException | null, address: string | LookupAddress[], family?: number) => void,
) => void;

/**
 * @param allow `host:port` entries that an admin allowed for this connection, the host as the base URL writes it
 * (`erp.internal:8069`, `127.0.0.1:4010`, `[::1]:4010`)
 */
export function createOutboundGuard(allow: readonly string[] = [], resolve: Resolve = resolveAll): OutboundGuard {
  const allowed = new Set(allow.map((entry) => entry.trim().toLowerCase()));
  const isNamed = (hostname: string, port: number): boolean => {
    const host = hostname.toLowerCase();
    return allowed.has(`${host}:${port}`) || allowed.has(`[${host}]:${port}`);
  };
  return {
    checkHost(hostname, port) {
      if (isNamed(hostname, port)) return;
      const literal = hostname.replace(/^\[|\]$/g, '');
      if (LOCALHOST.test(hostname) || (isIP(literal) !== 0 && !isPublicAddress(literal)))
        throw new OutboundRefused(hostname, port);
    },
    lookupFor: (port) => (hostname, options, callback) => {
      resolve(hostname, (error, addresses) => {
        const first = addresses?.[0];
        if (error || !first) return callback(error ?? notFound(hostname), []);
        if (!isNamed(hostname, port) && addresses.some(({ address }) => !isPublicAddress(address))) {
          return callback(new OutboundRefused(hostname, port), []);
        }
        return options.all ? callback(null, addresses) : callback(null, first.address, first.family);
      });
    },
  };
}

function resolveAll(hostname: string, callback: Parameters<Resolve>[1]): void {
  systemLookup(hostname, { all: true }, callback);
}

function notFound(hostname: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${hostname} has no address`), { code: 'ENOTFOUND' });
}
