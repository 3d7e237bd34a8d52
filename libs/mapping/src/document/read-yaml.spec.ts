import { readYaml } from './read-yaml.js';

const codes = (text: string): string[] =>
  readYaml('test.yaml', text)
    .findings.all()
    .map(({ code }) => code);

describe('reading YAML', () => {
  it('keeps the place of every key', () => {
    const { findings } = readYaml('m.yaml', 'mapping: 1\nrules:\n  - { canonical: a,\n      native: b }\n');
    findings.add({ code: 'x', path: 'rules[0].native', message: { en: 'x', zh: 'x' } });
    findings.add({ code: 'y', path: 'rules[0].canonical.deeper[3]', message: { en: 'y', zh: 'y' } });
    expect(findings.all()).toMatchObject([
      { file: 'm.yaml', code: 'y', line: 3, column: 7 },
      { code: 'x', line: 4, column: 7 },
    ]);
  });

  it('keeps keys and values of tables as they are written', () => {
    const { value } = readYaml(
      'm.yaml',
      'lookups: { t: { 01: on, 1: 1.0, true: no, 0x1F: "x", ~: y } }\nplain: 01',
      (path) => path.startsWith('lookups.'),
    );
    expect(value).toEqual({ lookups: { t: { '01': 'on', '1': '1.0', true: 'no', '0x1F': 'x', '~': 'y' } }, plain: 1 });
  });

  it.each([
    ['a: 1\na: 2', 'mapping.duplicate-key'],
    ['t: { 1: a, "1": b }', 'mapping.duplicate-key'],
    ['a: [1', 'mapping.yaml-syntax'],
    ['a: &x 1\nb: *x', 'mapping.alias'],
    ['a: &x 1', 'mapping.alias'],
    ['a: !!binary aGk=', 'mapping.yaml-tag'],
    ['a: !local x', 'mapping.yaml-tag'],
    ['__proto__: { admin: true }', 'mapping.dangerous-path'],
    ['a: { constructor: 1 }', 'mapping.dangerous-path'],
    ['? [a, b]\n: 1', 'mapping.dangerous-path'],
    ['a: 12345678901234567890', 'mapping.inexact-number'],
    ['a: .inf', 'mapping.inexact-number'],
    ['a: "\\0"', 'mapping.dangerous-text'],
    ['a: 1\n---\nb: 2', 'mapping.yaml-syntax'],
    [`a: ${'x'.repeat(1_048_577)}`, 'mapping.too-large'],
    [`a: ${'['.repeat(60)}${']'.repeat(60)}`, 'mapping.too-large'],
  ])('refuses %.40s', (text, code) => {
    expect(codes(text)).toContain(code);
  });

  it('refuses a bomb of aliases without unfolding it', () => {
    const lines = ['a: &a [x, x, x, x, x, x, x, x, x]'];
    for (let level = 1; level < 12; level += 1) {
      const [name, before] = [String.fromCharCode(97 + level), String.fromCharCode(96 + level)];
      lines.push(`${name}: &${name} [${Array.from({ length: 9 }, () => `*${before}`).join(', ')}]`);
    }
    expect(codes(lines.join('\n'))).toContain('mapping.alias');
  });

  it('does not let merge keys through', () => {
    expect(codes('a: &a { x: 1 }\nb: { <<: *a }')).toContain('mapping.alias');
  });
});
