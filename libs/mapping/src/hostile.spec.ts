import fc from 'fast-check';
import type { JsonObject } from '@isthmus/json';
import { loadMapping } from './index.js';

const environment = { timeZone: 'Asia/Shanghai', currency: 'CNY', country: 'CN', lookups: {} };
const head = 'mapping: 1\nstream: s\nentity: customer\ntitle: { en: S, zh: 流 }\nrules:\n';
const sound = loadMapping({
  file: 's.yaml',
  id: 'c/s',
  text: `${head}${['displayName', 'note', 'customerNumber', 'extensions.x'].map((path) => `  - { canonical: ${path}, native: ${path} }`).join('\n')}`,
}).compiled;

describe('S01 S02 hostile documents and rows', () => {
  const before = JSON.stringify(Object.getOwnPropertyNames(Object.prototype).sort());

  afterEach(() => {
    expect(JSON.stringify(Object.getOwnPropertyNames(Object.prototype).sort())).toBe(before);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it.each([
    '- { canonical: __proto__.polluted, constant: 1 }',
    '- { canonical: extensions.__proto__.polluted, constant: 1 }',
    '- { canonical: "extensions[\'__proto__\'].polluted", constant: 1 }',
    '- { canonical: extensions.constructor.prototype.polluted, constant: 1 }',
    '- { native: constructor.prototype.polluted, constant: 1 }',
    '- { native: "a[__proto__=1].polluted", constant: 1 }',
    '- { canonical: extensions, constant: { __proto__: { polluted: 1 } } }',
    '- { canonical: extensions, constant: { constructor: { prototype: { polluted: 1 } } } }',
    '- { canonical: displayName, native: n, canonicalExtras: { __proto__: 1 } }',
    '- { canonical: tags, native: t, transform: { keyed-texts: { field: __proto__ } } }',
    '- { canonical: tags, native: t, transform: { keyed-texts: { field: name, extras: { constructor: 1 } } } }',
    '- { canonical: displayName, native: n, transform: constructor }',
    '- { canonical: displayName, native: n, transform: __proto__ }',
    '- { canonical: displayName, native: n, transform: { enum: { table: constructor } } }',
    '- { canonical: displayName, native: n, when: { "a.__proto__": 1 } }',
    '- { canonical: displayName, native: n, transform: "return process" }',
    '- { canonical: displayName, native: n, transform: { template: { template: "${process.exit()}" } } }',
    '- { canonical: displayName, native: n, transform: { instant: { format: local, pattern: "(a+)+$" } } }',
  ])('%s is refused with a finding and never compiled', (rule) => {
    const { compiled, findings } = loadMapping({ file: 's.yaml', id: 'c/s', text: `${head}  ${rule}` });
    expect(compiled).toBeUndefined();
    expect(findings.some(({ severity }) => severity === 'error')).toBe(true);
  });

  it('rows with keys that reach a prototype do not come through', () => {
    const row = JSON.parse(
      '{"__proto__":{"displayName":"x"},"extensions":{"x":{"__proto__":{"polluted":1}}},"constructor":{"name":"x"}}',
    ) as JsonObject;
    const result = sound?.toCanonical(row, environment);
    expect(result).toMatchObject({ ok: false, issues: [{ code: 'mapping.dangerous-key' }] });
  });

  it('any text as a document ends in findings, quickly and without an exception', () => {
    const piece = fc.oneof(
      fc.string({ maxLength: 20 }),
      fc.constantFrom('rules:', '- ', '{', '}', '&a', '*a', '!!', ': ', '\n  ', 'canonical', 'native', '"', '|', '? '),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), fc.boolean(), (pieces, afterHead) => {
        const { compiled, findings } = loadMapping({
          file: 's.yaml',
          id: 'c/s',
          text: (afterHead ? head : '') + pieces.join(''),
        });
        expect(compiled !== undefined || findings.length > 0).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('any JSON as a row ends in a body or in issues', () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.constantFrom('displayName', 'note', 'customerNumber', 'extensions', 'toString'),
          fc.jsonValue({ maxDepth: 3 }),
        ),
        (row) => {
          const result = sound?.toCanonical(row as JsonObject, environment);
          expect(result?.ok === true || (result?.issues.length ?? 0) > 0).toBe(true);
          const back = sound?.toNative(row as JsonObject, environment, () => undefined);
          expect(back?.ok === true || (back?.issues.length ?? 0) > 0).toBe(true);
        },
      ),
      { numRuns: 300 },
    );
  });
});
