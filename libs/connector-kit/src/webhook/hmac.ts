import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** Digests that signing vendors use. */
export type HmacAlgorithm = 'sha256' | 'sha1' | 'sha512' | 'md5';
/** How a digest is written in a header. */
export type DigestEncoding = 'hex' | 'base64' | 'base64url';

/** HMAC of text (UTF-8) or bytes, written in the given encoding. */
export function hmac(
  algorithm: HmacAlgorithm,
  secret: string | Buffer,
  data: string | Buffer,
  encoding: DigestEncoding,
): string {
  return createHmac(algorithm, secret).update(data).digest(encoding);
}

/** Compares two texts in a time that does not depend on where they differ, whatever their lengths. */
export function equalInConstantTime(a: string, b: string): boolean {
  return timingSafeEqual(createHash('sha256').update(a).digest(), createHash('sha256').update(b).digest());
}
