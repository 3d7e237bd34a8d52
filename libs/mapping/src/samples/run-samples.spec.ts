import { loadMapping } from '../load-mapping.js';
import { runSamples } from './run-samples.js';

const { compiled } = loadMapping({
  file: 's.yaml',
  id: 'c/s',
  text: `
mapping: 1
stream: s
entity: customer
title: { en: S, zh: 流 }
lookups: { stages: { L: lead } }
rules:
  - { canonical: displayName, native: name }
  - { canonical: lifecycleStage, native: stage, transform: { enum: { table: stages } } }
  - { canonical: credit.limit, native: limit, transform: money }
`,
});

function run(text: string): ReturnType<typeof runSamples> {
  if (!compiled) throw new Error('the mapping is bad');
  return runSamples(compiled, text, 's.samples.yaml');
}

describe('samples', () => {
  it('pass when rows read and write as expected', () => {
    const outcome = run(`
- name: a whole row
  row: { name: ' Anna ', stage: L, limit: '10' }
  canonical: { displayName: Anna, lifecycleStage: lead, credit: { limit: { amount: '10.00', currency: USD } } }
  native: { name: Anna, stage: L, limit: '10' }
  environment: { currency: USD }
- name: a stage of the connection's own
  row: { stage: X }
  canonical: { lifecycleStage: member }
  environment: { lookups: { stages: { X: member } } }
- name: an unknown stage parks
  row: { stage: Y }
  refused: mapping.unmapped-value
`);
    expect(outcome).toEqual({
      ok: true,
      findings: [],
      results: [
        { name: 'a whole row', failures: [] },
        { name: "a stage of the connection's own", failures: [] },
        { name: 'an unknown stage parks', failures: [] },
      ],
    });
  });

  it('show what differs, by place', () => {
    const outcome = run(`
- { name: differs, row: { name: Anna }, canonical: { displayName: Bob, note: x }, native: { name: Anna, stage: null, limit: 1 } }
- { name: refused, row: { name: 7 }, canonical: {} }
- { name: not refused, row: { name: Anna }, refused: mapping.wrong-type }
`);
    expect(outcome.ok).toBe(false);
    expect(outcome.results).toMatchObject([
      {
        failures: [
          {
            kind: 'differs',
            direction: 'toCanonical',
            differences: [
              { path: '/displayName', expected: 'Bob', actual: 'Anna' },
              { path: '/note', expected: 'x' },
            ],
          },
          { kind: 'differs', direction: 'toNative', differences: [{ path: '/limit', expected: 1, actual: null }] },
        ],
      },
      {
        failures: [
          { kind: 'refused', direction: 'toCanonical', issues: [{ code: 'mapping.wrong-type', path: '/name' }] },
        ],
      },
      { failures: [{ kind: 'not-refused', expected: 'mapping.wrong-type' }] },
    ]);
  });

  it.each([
    ['- { name: x }', 'mapping.missing-key'],
    ['- { name: x, row: {}, canonical: {}, nativ: {} }', 'mapping.unknown-key'],
    ['a: 1', 'mapping.bad-value'],
    ['- [', 'mapping.yaml-syntax'],
  ])('of a bad file are not run: %s', (text, code) => {
    const outcome = run(text);
    expect(outcome).toMatchObject({ ok: false, results: [] });
    expect(outcome.findings).toEqual(
      expect.arrayContaining([expect.objectContaining({ code, file: 's.samples.yaml' })]),
    );
  });
});
