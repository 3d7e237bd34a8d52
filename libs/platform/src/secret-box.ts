import { createCipheriv, createDecipheriv, createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { chmodSync, existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const CIPHER = 'aes-256-gcm';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const VERSION = 'v1';

/** A sealed text that cannot be opened: why, in words, without a trace of the content. */
export class SecretBoxError extends Error {
  override readonly name = 'SecretBoxError';
}

/** Seals secrets for storage and opens them again. */
export interface SecretBox {
  /**
   * Encrypts with the newest key. `context` says what the secret belongs to (`connection:7:token`); the same words are
   * needed to open it, so a sealed text copied to another row does not open there.
   */
  seal(plain: string, context: string): string;
  /** Decrypts. Throws SecretBoxError when the key is unknown, the context differs or the text was changed. */
  open(sealed: string, context: string): string;
  /** Whether the text was sealed with an older key and should be sealed anew. */
  isStale(sealed: string): boolean;
}

interface Key {
  readonly id: string;
  readonly bytes: Buffer;
}

/**
 * A box over a ring of keys: 32 bytes each, in base64, parted by commas. The first key seals, all of them open: to
 * rotate, put a new key in front and keep the old one until nothing is stale.
 * Sealed texts read `v1.<key id>.<nonce + ciphertext + tag>` (AES-256-GCM, a fresh 96-bit nonce each time).
 */
export function secretBox(keyRing: string): SecretBox {
  const keys = keyRing.split(',').map((text, index) => readKey(text.trim(), index));
  const newest = keys[0];
  if (!newest) throw new SecretBoxError('No secret key is given.');
  return {
    seal: (plain, context) => seal(newest, plain, context),
    open: (sealed, context) => open(keys, sealed, context),
    isStale: (sealed) => parts(sealed).keyId !== newest.id,
  };
}

function readKey(text: string, index: number): Key {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length === KEY_BYTES) return { id: keyId(bytes), bytes };
  throw new SecretBoxError(
    `Secret key ${index + 1} has ${bytes.length} bytes; it needs ${KEY_BYTES} in base64 (make one with "openssl rand -base64 32").`,
  );
}

/** A short name of a key that gives nothing of it away. */
function keyId(bytes: Buffer): string {
  return createHash('sha256').update('isthmus key id').update(bytes).digest('hex').slice(0, 8);
}

function seal(key: Key, plain: string, context: string): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, key.bytes, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(boundTo(key.id, context));
  const body = Buffer.concat([nonce, cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return [VERSION, key.id, body.toString('base64url')].join('.');
}

function open(keys: readonly Key[], sealed: string, context: string): string {
  const { keyId: id, body } = parts(sealed);
  const key = keys.find((candidate) => candidate.id === id);
  if (!key) {
    throw new SecretBoxError(
      `The secret was sealed with key ${id}, which is not among the present keys. Add that key to ISTHMUS_SECRET_KEY.`,
    );
  }
  const decipher = createDecipheriv(CIPHER, key.bytes, body.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
  decipher.setAAD(boundTo(id, context));
  decipher.setAuthTag(body.subarray(-TAG_BYTES));
  try {
    return decipher.update(body.subarray(NONCE_BYTES, -TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
  } catch {
    throw new SecretBoxError('The secret does not open: it was changed, or belongs to something else.');
  }
}

function boundTo(id: string, context: string): Buffer {
  return Buffer.from([VERSION, id, context].join('\n'));
}

function parts(sealed: string): { keyId: string; body: Buffer } {
  const [version, keyId = '', text = '', ...rest] = sealed.split('.');
  const body = Buffer.from(text, 'base64url');
  if (version === VERSION && rest.length === 0 && body.length >= NONCE_BYTES + TAG_BYTES) return { keyId, body };
  throw new SecretBoxError('This is not a sealed secret.');
}

/**
 * The key ring: `configured` (ISTHMUS_SECRET_KEY) where set, else the key file in the data folder, made on first use and
 * readable by its owner only. Without that file, stored secrets cannot be opened: it belongs in the backup.
 */
export function loadKeyRing(dataDir: string, configured: string | undefined): string {
  if (configured) return configured;
  const file = join(dataDir, 'secret.key');
  if (!existsSync(file)) makeKeyFile(dataDir, file);
  if (process.platform !== 'win32') chmodSync(file, 0o600);
  return readFileSync(file, 'utf8').trim();
}

function makeKeyFile(dataDir: string, file: string): void {
  mkdirSync(dataDir, { recursive: true });
  const unfinished = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
  writeFileSync(unfinished, randomBytes(KEY_BYTES).toString('base64') + '\n', { mode: 0o600, flush: true });
  try {
    // A link fails where the name is taken: of two processes that start at once, both end with the same key.
    linkSync(unfinished, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(unfinished, { force: true });
  }
}

/** Compares a presented secret with the true one in a time that tells nothing about where they differ. */
export function sameSecret(presented: string, actual: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(presented), digest(actual));
}
