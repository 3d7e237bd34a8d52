import { shippedMappings } from '../../../../tests/support/shipped-mappings.js';
import { coverageReport, type CoverageReport } from './coverage-report.js';

const input = {
  file: 'm.yaml',
  id: 'c/orders',
  text: `mapping: 1
stream: orders
entity: order
title: { en: Orders, zh: 订单 }
rules:
  - { canonical: channel, constant: { kind: sales, code: c } }
  - { canonical: orderNumber, native: no }
  - { canonical: placedAt, native: created, direction: in }
  - { canonical: totals.grand, native: total, transform: money, direction: out, loses: nothing }
  - { native: source, constant: hub }
  - canonical: lines
    native: items
    list: { key: { canonical: lineId, native: id } }
    rules:
      - { canonical: quantity, native: [qty, unit], transform: quantity }
`,
  nativeSchema: {
    type: 'object',
    required: ['no'],
    properties: {
      no: { type: 'string' },
      created: { type: 'string' },
      total: { type: 'string' },
      colour: { type: 'string' },
      items: {
        type: 'array',
        items: { type: 'object', properties: { id: { type: 'string' }, qty: { type: 'string' }, unit: { type: 'string' } } },
      },
    },
  },
};

function reportOf(mapping: Parameters<typeof coverageReport>[0]): CoverageReport {
  const { report, findings } = coverageReport(mapping);
  if (!report) throw new Error(JSON.stringify(findings));
  return report;
}

describe('coverage', () => {
  const report = reportOf(input);
  const canonical = (pointer: string): unknown => report.canonical.find((field) => field.pointer === pointer);
  const native = (path: string): unknown => report.native.find((field) => field.path === path);

  it.each([
    ['/orderNumber', 'both', true],
    ['/placedAt', 'in', false],
    ['/totals/grand', 'out', true],
    ['/channel/kind', 'in', true],
    ['/channel/storeRef/name', 'unmapped', false],
    ['/lines/*/lineId', 'both', true],
    ['/lines/*/quantity', 'both', true],
    ['/note', 'unmapped', false],
  ])('%s goes %s', (pointer, way, required) => {
    expect(canonical(pointer)).toMatchObject({ way, required });
  });

  it.each([
    ['no', 'both', ['rules[1]']],
    ['created', 'in', ['rules[2]']],
    ['total', 'out', ['rules[3]']],
    ['colour', 'unmapped', []],
    ['items[].id', 'both', ['rules[5].list.key']],
    ['items[].unit', 'both', ['rules[5].rules[0]']],
    ['source', 'out', ['rules[4]']],
  ])('native %s goes %s', (path, way, rules) => {
    expect(native(path)).toMatchObject({ way, rules });
  });

  it('counts every field once', () => {
    const { totals } = report;
    expect(Object.values(totals.native).reduce((sum, count) => sum + count)).toBe(report.native.length);
    expect(totals.native).toEqual({ both: 4, in: 1, out: 2, unmapped: 1 });
    expect(canonical('/totals/grand')).toMatchObject({ loses: [{ en: 'nothing', zh: 'nothing' }], derived: true });
  });
});

describe.each(shippedMappings().map((mapping) => [mapping.id, mapping] as const))('coverage of %s', (_id, mapping) => {
  it('maps something, and names titles in both languages', () => {
    const { canonical, native, totals } = reportOf(mapping);
    expect(totals.canonical.unmapped).toBeLessThan(canonical.length);
    expect(totals.native.unmapped).toBeLessThan(native.length);
    for (const { title } of canonical) expect([title.en, title.zh]).not.toContain('');
  });
});
