import { checkLaws, type LawReport } from './check-laws.js';
import { shippedMappings } from '../../../../tests/support/shipped-mappings.js';

const shipped = shippedMappings().map((input) => [input.id, input] as const);

const known = new Map<string, LawReport>();

function reportOf(input: Parameters<typeof checkLaws>[0]): LawReport {
  const before = known.get(input.text);
  if (before) return before;
  const { report, findings } = checkLaws(input, { runs: 120 });
  if (!report) throw new Error(JSON.stringify(findings));
  known.set(input.text, report);
  return report;
}

describe('the laws of the shipped mappings', () => {
  it('are tried for every one of them', () => expect(shipped.length).toBeGreaterThanOrEqual(16));

  it.each(shipped)('%s: get-put, put-get and stability hold, but for declared losses', (_id, input) => {
    const { breaks, laws, ok } = reportOf(input);
    expect(breaks).toEqual([]);
    expect(laws.map(({ breaks: count }) => count)).toEqual([0, 0, 0]);
    expect(ok).toBe(true);
  });

  it.each(shipped)('%s: every rule was really at work in each of its directions', (_id, input) => {
    const { neverExercised, rules, laws } = reportOf(input);
    expect(neverExercised).toEqual([]);
    // Most rows must get through: refused ones prove nothing.
    for (const { runs, refused } of laws) expect(runs).toBeGreaterThan(2 * refused);
    expect(Math.min(...rules.map(({ times }) => times))).toBeGreaterThan(0);
  });
});

const head = 'mapping: 1\nstream: s\nentity: customer\ntitle: { en: S, zh: 流 }\nrules:\n';
const mapping = (...rules: string[]): Parameters<typeof checkLaws>[0] => ({
  file: 's.yaml',
  id: 'c/s',
  text: head + rules.map((rule) => `  - ${rule}\n`).join(''),
});
const kind = '{ canonical: kind, constant: person }';

describe('what the laws find', () => {
  it('a value that comes back where there was none breaks get-put', () => {
    const { ok, breaks } = reportOf(mapping(kind, '{ canonical: note, native: n, nativeDefault: none }'));
    expect(ok).toBe(false);
    expect(breaks[0]).toMatchObject({ law: 'get-put', path: '/note', after: 'none', rule: 'rules[1]' });
  });

  it('a rule that writes over the key of its list breaks put-get', () => {
    const { breaks } = reportOf(
      mapping(
        kind,
        '{ canonical: contacts, native: people, list: { key: { canonical: key, native: id } }, rules: [{ canonical: name, native: id }] }',
      ),
    );
    expect(breaks.some(({ law, path }) => law === 'put-get' && /^\/contacts\/\d+\/key$/.test(path))).toBe(true);
  });

  it('a declared loss is counted and breaks nothing', () => {
    const { ok, laws, losses } = reportOf(
      mapping(kind, '{ canonical: note, native: n, nativeDefault: none, loses: An empty note comes back as none }'),
    );
    expect(ok).toBe(true);
    expect(laws[0]?.declared).toBeGreaterThan(0);
    expect(losses).toMatchObject([{ canonical: '/note', rules: ['rules[1]'] }]);
  });

  it('a rule that no row reaches is named', () => {
    const { ok, neverExercised } = reportOf(
      mapping(
        kind,
        '{ canonical: note, native: n }',
        '{ canonical: language, native: l, when: { kind: organization } }',
      ),
    );
    expect(ok).toBe(false);
    expect(neverExercised.map(({ at, direction }) => `${at} ${direction}`)).toContain('rules[2] in');
  });

  it('the same seed gives the same report', () => {
    const input = mapping(kind, '{ canonical: note, native: n, nativeDefault: none }');
    expect(checkLaws(input, { runs: 20, seed: 7 })).toEqual(checkLaws(input, { runs: 20, seed: 7 }));
  });

  it('a bad document has findings and no report', () => {
    const { findings, report } = checkLaws(mapping('{ canonical: nothing, native: n }'));
    expect(report).toBeUndefined();
    expect(findings[0]?.code).toBe('mapping.unknown-path');
  });
});
