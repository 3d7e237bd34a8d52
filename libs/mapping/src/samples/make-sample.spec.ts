import type { JsonObject } from '@isthmus/json';
import { parse } from 'yaml';
import { shippedMappings } from '../../../../tests/support/shipped-mappings.js';
import { loadMapping } from '../load-mapping.js';
import { fakeText } from './fake-text.js';
import { makeSample, type MadeSample } from './make-sample.js';
import { runSamples, sampleEnvironment } from './run-samples.js';
import { addSample, updateSamples } from './update-samples.js';

const contacts = shippedMappings().find(({ id }) => id === 'hubspot/contacts');
const orders = shippedMappings().find(({ id }) => id === 'hubspot/orders');
const row: JsonObject = {
  id: '70100001',
  properties: {
    email: 'xiaoming.wang@acme-corp.com',
    firstname: '小明',
    lastname: '王',
    mobilephone: '+86 138 0013 8000',
    address: '西湖区文三路1号',
    city: '杭州市',
    lifecyclestage: 'customer',
    credit_limit: '5000',
    erp_note: '身份证 330106199001011234',
    hs_secret_comment: 'never mapped, never kept',
  },
};

function sampleOf(input: typeof contacts, value: JsonObject): MadeSample {
  if (!input) throw new Error('no such mapping');
  const { sample, issues, findings } = makeSample(input, 'Captured', value, sampleEnvironment);
  if (!sample) throw new Error(JSON.stringify([issues, findings]));
  return sample;
}

describe('a captured row as a sample', () => {
  const sample = sampleOf(contacts, row);
  const text = JSON.stringify(sample);

  it.each(['xiaoming', 'acme', '小明', '文三路', '13800138000', '0013 8000', '330106', 'never mapped', 'hs_secret'])(
    'does not hold %s',
    (secret) => expect(text).not.toContain(secret),
  );

  it('keeps what is not personal, and the shape of what is', () => {
    const properties = sample.row['properties'] as JsonObject;
    expect(properties).toMatchObject({ city: '杭州市', lifecyclestage: 'customer', credit_limit: '5000' });
    expect(properties['email']).toMatch(/^[a-z]{8}\.[a-z]{4}@example\.com$/);
    expect(properties['mobilephone']).toMatch(/^\+86 138 \d{4} \d{4}$/);
    expect(properties['lastname']).toMatch(/^\p{Script=Han}$/u);
  });

  it('passes beside its mapping', () => {
    const { compiled } = contacts ? loadMapping(contacts) : {};
    if (!compiled) throw new Error('the mapping is bad');
    const outcome = runSamples(compiled, addSample(undefined, sample));
    expect(outcome).toMatchObject({ ok: true, results: [{ name: 'Captured', failures: [] }] });
  });

  it('is the same every time', () => expect(sampleOf(contacts, row)).toEqual(sample));

  it('keeps a refused row with the code of its refusal', () => {
    const refused = sampleOf(contacts, {
      ...row,
      properties: { ...(row['properties'] as JsonObject), lifecyclestage: 'mystery' },
    });
    expect(refused).toMatchObject({ refused: 'mapping.unmapped-value' });
    expect(refused.canonical).toBeUndefined();
  });

  it('keeps lists with the fields that rules read', () => {
    const made = sampleOf(orders, {
      id: '1',
      properties: {
        hs_order_name: 'CRM-1',
        hs_createdate: '2026-11-23T06:30:00Z',
        hs_pipeline_stage: '937ea84d-0a4f-4dcf-9028-3f9c2aafbf03',
      },
      associations: { companies: ['77'], contacts: [] },
      lineItems: [
        {
          lineId: 'L1',
          position: 1,
          unit: '个',
          properties: { name: '杯子', price: '5', quantity: '2', hs_margin: '80' },
        },
      ],
    });
    expect(made.row['lineItems']).toEqual([
      { lineId: 'L1', position: 1, unit: '个', properties: { name: '杯子', price: '5', quantity: '2' } },
    ]);
    expect(made.canonical).toMatchObject({ orderNumber: 'CRM-1', lines: [{ lineId: 'L1' }] });
  });
});

describe('fakes', () => {
  it('have the shape of the real text and depend on text and salt', () => {
    expect(fakeText('Anna Berg-2', 's')).toMatch(/^[A-Z][a-z]{3} [A-Z][a-z]{3}-\d$/);
    expect(fakeText('Anna', 's')).toBe(fakeText('Anna', 's'));
    expect(fakeText('Anna', 's')).not.toBe(fakeText('Anna', 't'));
    expect(fakeText('x'.repeat(200), 's')).toHaveLength(200);
  });
});

describe('updating samples', () => {
  const input = {
    file: 's.yaml',
    id: 'c/s',
    text: 'mapping: 1\nstream: s\nentity: customer\ntitle: { en: S, zh: 流 }\nrules:\n  - { canonical: note, native: n }\n',
  };
  const samples = `# Kept\n- name: right # kept too\n  row: { n: a }\n  canonical: { note: a }\n- name: wrong\n  row: { n: b }\n  canonical: { note: c }\n  native: { n: c }\n- name: now refused\n  row: { n: 7 }\n  canonical: { note: x }\n`;

  it('rewrites what differs and keeps the rest with its comments', () => {
    const { compiled } = loadMapping(input);
    if (!compiled) throw new Error('the mapping is bad');
    const { text, updated } = updateSamples(compiled, samples);
    expect(updated).toEqual(['wrong', 'now refused']);
    expect(text).toContain('# Kept');
    expect(text).toContain('# kept too');
    expect(parse(text)).toEqual([
      { name: 'right', row: { n: 'a' }, canonical: { note: 'a' } },
      { name: 'wrong', row: { n: 'b' }, canonical: { note: 'b' }, native: { n: 'b' } },
      { name: 'now refused', row: { n: 7 }, refused: 'mapping.wrong-type' },
    ]);
    expect(runSamples(compiled, text).ok).toBe(true);
    expect(updateSamples(compiled, text)).toEqual({ text, updated: [] });
  });
});
