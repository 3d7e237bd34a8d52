import { Readable } from 'node:stream';
import { crc32, createInflateRaw } from 'node:zlib';
import { FileFault } from '../file-issue.js';
import type { TableLimits } from '../file-table.js';

/** One packed part of a workbook. */
interface Part {
  readonly packed: Buffer;
  readonly deflated: boolean;
  readonly size: number;
  readonly checksum: number;
}

/** The parts of a workbook. Nothing is unpacked before it is asked for, and never more than its entry declares. */
export interface ZipParts {
  has(name: string): boolean;
  /** Unpacked bytes in chunks. */
  read(name: string): AsyncIterable<Buffer>;
}

const END = 0x06054b50;
const ENTRY = 0x02014b50;
const LOCAL = 0x04034b50;
const END_BYTES = 22;
const ENTRY_BYTES = 46;
const LOCAL_BYTES = 30;
const MAX_COMMENT = 0xffff;
const STORED = 0;
const DEFLATED = 8;
const SLICE = 64 * 1024;
const MIB = 1024 * 1024;

/**
 * Reads the directory of a zip file (PKWARE APPNOTE 4.3) and checks it against the limits before anything is unpacked.
 * Split, encrypted and 64-bit archives, and entries that lie over one another, are refused: Excel writes none of them.
 *
 * @throws FileFault
 */
export function openZip(data: Buffer, limits: TableLimits): ZipParts {
  const end = findEnd(data);
  const count = data.readUInt16LE(end + 10);
  if (count !== data.readUInt16LE(end + 8) || data.readUInt16LE(end + 4) !== 0) throw broken('split archive');
  if (count > limits.zipEntries) throw new FileFault('workbook-too-large', { detail: `${count} entries` });
  const parts = new Map<string, Part>();
  let at = data.readUInt32LE(end + 16);
  let packedBytes = 0;
  for (let index = 0; index < count; index += 1) {
    const { name, part, next } = readEntry(data, at, limits);
    if (parts.has(name)) throw broken('an entry is there twice');
    parts.set(name, part);
    packedBytes += part.packed.length;
    at = next;
  }
  // Entries that share bytes make a small file unpack to anything.
  if (packedBytes > data.length) throw new FileFault('workbook-too-large', { detail: 'overlapping entries' });
  return {
    has: (name) => parts.has(name),
    read: (name) => unpack(parts.get(name)),
  };
}

function findEnd(data: Buffer): number {
  const from = Math.max(0, data.length - END_BYTES - MAX_COMMENT);
  for (let at = data.length - END_BYTES; at >= from; at -= 1) {
    if (data.readUInt32LE(at) === END) return at;
  }
  throw broken('the end is missing');
}

function readEntry(data: Buffer, at: number, limits: TableLimits): { name: string; part: Part; next: number } {
  if (at + ENTRY_BYTES > data.length || data.readUInt32LE(at) !== ENTRY) throw broken('directory');
  const method = data.readUInt16LE(at + 10);
  const packedSize = data.readUInt32LE(at + 20);
  const size = data.readUInt32LE(at + 24);
  const nameLength = data.readUInt16LE(at + 28);
  const nameAt = at + ENTRY_BYTES;
  const name = data.toString('utf8', nameAt, nameAt + nameLength).replaceAll('\\', '/');
  if ((data.readUInt16LE(at + 8) & 1) === 1) throw new FileFault('old-excel-format');
  if (method !== STORED && method !== DEFLATED) throw broken('unknown compression');
  checkSize(name, packedSize, size, limits);
  const packed = packedBytes(data, data.readUInt32LE(at + 42), packedSize);
  const next = nameAt + nameLength + data.readUInt16LE(at + 30) + data.readUInt16LE(at + 32);
  return { name, part: { packed, deflated: method === DEFLATED, size, checksum: data.readUInt32LE(at + 16) }, next };
}

function checkSize(name: string, packed: number, size: number, limits: TableLimits): void {
  // Pictures and attachments are never unpacked.
  if (!/\.(xml|rels)$/i.test(name)) return;
  if (size > limits.partBytes) throw new FileFault('workbook-too-large', { detail: `${Math.ceil(size / MIB)} MiB` });
  if (size > MIB && size > packed * limits.zipRatio) {
    throw new FileFault('workbook-too-large', { detail: `${Math.round(size / Math.max(1, packed))}:1` });
  }
}

function packedBytes(data: Buffer, local: number, size: number): Buffer {
  if (local + LOCAL_BYTES > data.length || data.readUInt32LE(local) !== LOCAL) throw broken('entry');
  const from = local + LOCAL_BYTES + data.readUInt16LE(local + 26) + data.readUInt16LE(local + 28);
  if (from + size > data.length) throw broken('the file is cut off');
  return data.subarray(from, from + size);
}

async function* unpack(part: Part | undefined): AsyncGenerator<Buffer> {
  if (part === undefined) throw broken('a part is missing');
  let bytes = 0;
  let checksum = 0;
  const chunks: AsyncIterable<Buffer> = part.deflated
    ? Readable.from(slices(part.packed)).pipe(createInflateRaw())
    : Readable.from(slices(part.packed));
  try {
    for await (const chunk of chunks) {
      bytes += chunk.length;
      // The directory may lie about sizes; what comes out may not exceed what was checked.
      if (bytes > part.size) throw new FileFault('workbook-too-large', { detail: 'more than declared' });
      checksum = crc32(chunk, checksum);
      yield chunk;
    }
    if (checksum !== part.checksum) throw broken('checksum');
  } catch (cause) {
    throw cause instanceof FileFault
      ? cause
      : new FileFault('broken-workbook', { detail: 'compressed data' }, { cause });
  }
}

function* slices(data: Buffer): Generator<Buffer> {
  for (let at = 0; at < data.length; at += SLICE) yield data.subarray(at, at + SLICE);
}

function broken(detail: string): FileFault {
  return new FileFault('broken-workbook', { detail });
}
