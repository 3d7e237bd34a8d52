import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadMapping } from '@isthmus/mapping';

const ROOT = join(__dirname, '../..');

function sources(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.(ts|tsx|mts|mjs|js)$/.test(entry.name) && !/\.spec\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !/node_modules|[\\/]dist[\\/]|spec-support|[\\/]fixtures[\\/]/.test(file));
}

/** Ways to make code of text, or to run patterns of text in an engine that may not end. */
const FORBIDDEN: readonly (readonly [string, RegExp])[] = [
  ['eval', /\beval\s*\(/],
  ['the Function constructor', /\bnew\s+Function\b|[^.\w]Function\s*\(/],
  ['node:vm', /from\s+['"](?:node:)?vm['"]|require\(\s*['"](?:node:)?vm['"]/],
  ['vm2, isolated-vm or another sandbox', /['"](?:vm2|isolated-vm|quickjs-emscripten|ses|safe-eval|static-eval)['"]/],
  [
    'a template engine',
    /['"](?:handlebars|ejs|mustache|nunjucks|pug|liquidjs|lodash\.template|jsonata|jsonpath|json-logic-js)['"]/,
  ],
  ['timers that take text', /set(?:Timeout|Interval)\s*\(\s*['"`]/],
  ['children by a shell', /\bexec(?:Sync)?\s*\(\s*[`'"]|shell:\s*true/],
];

describe('S01 nothing that comes from outside becomes code', () => {
  const files = ['apps', 'libs'].flatMap(sources);

  it('looks at the whole product', () => {
    expect(files.length).toBeGreaterThan(200);
  });

  it.each(FORBIDDEN)('S01 %s is nowhere in the product', (_name, pattern) => {
    const found = files
      .filter((file) => pattern.test(readFileSync(file, 'utf8')))
      .map((file) => file.slice(ROOT.length + 1));
    expect(found).toEqual([]);
  });

  it('S01 no such package is among the dependencies', () => {
    const { dependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      dependencies: Record<string, string>;
    };
    expect(
      Object.keys(dependencies).filter((name) =>
        /^(vm2|isolated-vm|jsonata|handlebars|ejs|mustache|nunjucks|pug|liquidjs|xlsx|safe-eval)$/.test(name),
      ),
    ).toEqual([]);
  });

  // They make values for the patterns of our own schemas, which are in the source.
  const MADE_FROM_OUR_SCHEMAS = /laws[\\/]canonical-values\.ts$|transforms[\\/]test-support[\\/]/;

  it('S03 a pattern that is put together at run time is escaped text or runs in the linear engine', () => {
    const dynamic = files.filter((file) => {
      const text = readFileSync(file, 'utf8');
      return (
        /new RegExp\(/.test(text) &&
        /connectors[\\/]src|mapping[\\/]src|hub[\\/]src|stages[\\/]src|decide[\\/]src/.test(file) &&
        !/re2js|replace\(\/\[/.test(text)
      );
    });
    const suspicious = dynamic
      .filter((file) => !MADE_FROM_OUR_SCHEMAS.test(file) && !/new RegExp\([A-Z_`'"]/.test(readFileSync(file, 'utf8')))
      .map((file) => file.slice(ROOT.length + 1));
    expect(suspicious).toEqual([]);
  });
});

describe('S01 S03 hostile mapping documents', () => {
  const load = (
    rules: string,
    head = 'mapping: 1\nstream: s\nentity: customer\ntitle: { en: S, zh: 流 }\n',
  ): ReturnType<typeof loadMapping> => loadMapping({ file: 's.yaml', id: 'c/s', text: `${head}rules:\n${rules}` });

  it.each([
    ['a call', '  - { canonical: displayName, native: "constructor.constructor(\'return process\')()" }'],
    ['a function as transform', '  - { canonical: displayName, native: n, transform: "() => process.exit(1)" }'],
    ['a prototype path', '  - { canonical: displayName, native: __proto__.x }'],
    ['a YAML tag for code', '  - { canonical: displayName, native: !!js/function "function(){ process.exit(1) }" }'],
    ['an unknown tag', '  - { canonical: displayName, native: !python/object/apply:os.system ["id"] }'],
    [
      'a catastrophic pattern',
      '  - { canonical: displayName, native: n, transform: { pattern: { match: "^(a+)+$" } } }',
    ],
    ['a path of 10,000 steps', `  - { canonical: displayName, native: ${'a.'.repeat(10_000)}b }`],
    ['nesting of 5,000 levels', `  - ${'['.repeat(5_000)}${']'.repeat(5_000)}`],
    ['an alias that holds itself', '  - &a [*a]'],
  ])('S01 %s is refused with findings', (_name, rules) => {
    const { compiled, findings } = load(rules);
    expect(compiled).toBeUndefined();
    expect(findings.filter(({ severity }) => severity === 'error').length).toBeGreaterThan(0);
  });

  it('S01 a YAML bomb is refused', () => {
    const bomb = [
      'a: &a [x,x,x,x,x,x,x,x,x]',
      ...Array.from(
        'bcdefghi',
        (name, index) => `${name}: &${name} [${Array.from({ length: 9 }, () => `*${'abcdefghi'[index]}`).join(',')}]`,
      ),
    ].join('\n');
    const { compiled, findings } = load(
      '  - { canonical: displayName, constant: *i }',
      `${bomb}\nmapping: 1\nstream: s\nentity: customer\ntitle: { en: S, zh: 流 }\n`,
    );
    expect(compiled).toBeUndefined();
    expect(findings.length).toBeGreaterThan(0);
  });
});
