import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { loadKeyRing, sameSecret, secretBox, SecretBoxError } from './secret-box.js';

const newKey = (): string => randomBytes(32).toString('base64');

describe('the secret box', () => {
  it('opens whatever it sealed, for the same context only', () => {
    const box = secretBox(newKey());
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), fc.string(), (plain, context, other) => {
        fc.pre(context !== other);
        const sealed = box.seal(plain, context);
        expect(box.open(sealed, context)).toBe(plain);
        expect(() => box.open(sealed, other)).toThrow(SecretBoxError);
      }),
    );
  });

  it('seals the same text differently each time, without a trace of it', () => {
    const box = secretBox(newKey());
    const sealed = box.seal('swordfish', 'connection:1');
    expect(sealed).not.toBe(box.seal('swordfish', 'connection:1'));
    expect(sealed).not.toContain('swordfish');
    expect(Buffer.from(sealed.split('.')[2] ?? '', 'base64url').toString('latin1')).not.toContain('swordfish');
  });

  it('notices every changed character', () => {
    const box = secretBox(newKey());
    const sealed = box.seal('swordfish', 'c');
    for (let at = 0; at < sealed.length - 1; at++) {
      const changed = sealed.slice(0, at) + (sealed[at] === 'A' ? 'B' : 'A') + sealed.slice(at + 1);
      expect(() => box.open(changed, 'c')).toThrow(SecretBoxError);
    }
  });

  it('opens with an older key of the ring and calls such texts stale', () => {
    const [oldKey, freshKey] = [newKey(), newKey()];
    const sealed = secretBox(oldKey).seal('swordfish', 'c');
    const rotated = secretBox(`${freshKey}, ${oldKey}`);
    expect(rotated.open(sealed, 'c')).toBe('swordfish');
    expect(rotated.isStale(sealed)).toBe(true);
    expect(rotated.isStale(rotated.seal('swordfish', 'c'))).toBe(false);
    expect(() => secretBox(freshKey).open(sealed, 'c')).toThrow(/not among the present keys/);
  });

  it.each(['', 'short', randomBytes(31).toString('base64'), `${newKey()},`])('refuses the key ring "%s"', (ring) => {
    expect(() => secretBox(ring)).toThrow(/needs 32 in base64/);
  });

  it.each(['', 'plain text', 'v1.x', 'v2.aaaaaaaa.' + 'A'.repeat(60), 'v1.aaaaaaaa.AAAA'])(
    'says that "%s" is not a sealed secret',
    (text) => {
      expect(() => secretBox(newKey()).open(text, 'c')).toThrow('This is not a sealed secret.');
    },
  );

  it('compares secrets of any length', () => {
    expect(sameSecret('one', 'one')).toBe(true);
    expect(sameSecret('one', 'two')).toBe(false);
    expect(sameSecret('one', 'one and more')).toBe(false);
  });
});

describe('the key file', () => {
  let dataDir: string;
  beforeEach(() => (dataDir = mkdtempSync(join(tmpdir(), 'isthmus-keys-'))));
  afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

  it('is made once, for its owner only, and gives the same key ever after', () => {
    const ring = loadKeyRing(dataDir, undefined);
    expect(loadKeyRing(dataDir, undefined)).toBe(ring);
    expect(statSync(join(dataDir, 'secret.key')).mode & 0o777).toBe(0o600);
    expect(secretBox(ring).open(secretBox(ring).seal('x', 'c'), 'c')).toBe('x');
  });

  it('is made in a folder that does not exist yet', () => {
    expect(loadKeyRing(join(dataDir, 'deep', 'er'), undefined)).toMatch(/=$/);
  });

  it('is not looked at when a key is configured', () => {
    writeFileSync(join(dataDir, 'secret.key'), 'of the file');
    expect(loadKeyRing(dataDir, 'configured')).toBe('configured');
  });
});
