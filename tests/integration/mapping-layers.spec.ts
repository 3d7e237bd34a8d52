import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StatusReason } from '@isthmus/api-contract';
import { runCli } from '../../apps/cli/src/run.js';
import { startDemoHub, until } from '../support/demo-hub.js';
import type { DemoHub } from '../support/demo-hub.js';

jest.setTimeout(60_000);

const AT = '/api/v1/connections/crm/mappings/companies';
const LAYER = `mapping: 1
extends: hubspot/companies
add:
  - { canonical: extensions.crm.heading, native: properties.invoice_title }
replace:
  - { rule: invoicing.title, with: { native: properties.heading } }
drop: [note]
`;
/** As a layer looks when the shipped mapping has changed since it was written: another text, another rule. */
const STALE = LAYER.replace('add:', 'base: 0123456789abcdef\nadd:').replace(
  'native: properties.heading }',
  'native: properties.heading }, was: 0123456789ab',
);
const CONFLICTING = LAYER.replace('extensions.crm.heading', 'customerNumber');

let demo: DemoHub;
let folder: string;

/** The demo's CRM and ERP with companies alone: what a layer does needs no more. */
function configuration(): string {
  const [connections] = readFileSync(join(process.cwd(), 'demo/isthmus.yaml'), 'utf8').split(/^ {2}- id: excel$/m);
  return `${(connections as string).replace('connector: hubspot\n', 'connector: hubspot\n    mappings: { companies: companies-layer.yaml }\n').replace('      overlapSeconds', '      extraProperties: { companies: [heading] }\n      overlapSeconds')}
flows:
  - id: customers
    entity: customer
    members:
      - { connection: crm, streams: [companies] }
      - { connection: erp, streams: [customers] }
`;
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'isthmus-layers-'));
  writeFileSync(join(folder, 'isthmus.yaml'), configuration());
  // Written before the shipped mapping changed: it works, and says so.
  writeFileSync(join(folder, 'companies-layer.yaml'), STALE);
  demo = await startDemoHub({ seed: false, configFile: join(folder, 'isthmus.yaml') });
  for (const name of ['heading', 'invoice_title', 'erp_note']) addProperty(name);
});
afterAll(async () => {
  await demo?.stop();
  rmSync(folder, { recursive: true, force: true });
});

function addProperty(name: string): void {
  const definition = { name, label: name, type: 'string', fieldType: 'text', groupName: 'companyinformation' };
  demo.sandbox.hubspot.actions['property']?.({ type: 'companies', definition });
}

type Properties = Readonly<Record<string, string | null>>;

function company(): Properties {
  const [first] = demo.sandbox.hubspot.records('companies') as { readonly properties: Properties }[];
  if (!first) throw new Error('the CRM holds no company');
  return first.properties;
}

interface Customer {
  readonly id: string;
  readonly name: string;
  readonly fields: Readonly<Record<string, string>>;
}

function customer(): Customer | undefined {
  return (demo.sandbox.kingdee.records('customer') as Customer[])[0];
}

interface Stored {
  readonly id: string;
  readonly version: string;
  readonly body: { readonly [field: string]: unknown };
}

async function stored(): Promise<Stored> {
  const [record] = await demo.rows<Stored>('select id, version::text, body from record');
  if (!record) throw new Error('there is no record');
  return record;
}

async function draft(document: string): Promise<void> {
  await demo.api(`${AT}/draft`, { method: 'DELETE', headers: { 'if-match': '*' } });
  expect(await demo.api(`${AT}/draft`, { method: 'PUT', body: { document } })).toMatchObject({ status: 200 });
}

describe('a connection that extends a shipped mapping', () => {
  it('reads by the changed and the added rule and not by the dropped one, and what it reads reaches the far side', async () => {
    demo.sandbox.hubspot.edit({
      type: 'companies',
      set: { name: 'Layer Ltd', heading: 'as invoiced', invoice_title: 'own heading', erp_note: 'not to be heard' },
    });
    await until(() => customer()?.name === 'Layer Ltd', 'the ERP has the company');
    await demo.settled();
    expect((await stored()).body).toMatchObject({
      displayName: 'Layer Ltd',
      invoicing: { title: 'as invoiced' },
      extensions: { crm: { heading: 'own heading' } },
    });
    expect((await stored()).body).not.toHaveProperty('note');
    expect(customer()?.fields).toMatchObject({ invoice_name: 'as invoiced' });
    expect(customer()?.fields).not.toHaveProperty('remark');
  });

  it('writes by the changed rule, and what the far side says of a dropped field stays away', async () => {
    demo.sandbox.kingdee.edit({
      type: 'customer',
      id: customer()?.id ?? '',
      set: { invoice_name: 'as the ERP invoices', remark: 'the remark of the ERP' },
    });
    await until(() => company()['heading'] === 'as the ERP invoices', 'the CRM has the title where the layer puts it');
    await demo.settled();
    expect((await stored()).body).toMatchObject({ note: 'the remark of the ERP' });
    expect(company()).toMatchObject({ invoice_title: 'own heading', erp_note: 'not to be heard' });
  });

  it('writes by the added rule', async () => {
    const { id, version } = await stored();
    const edited = await demo.api(`/api/v1/records/${id}`, {
      method: 'PATCH',
      body: { extensions: { crm: { heading: 'from the hub' } } },
      headers: { 'if-match': `"${version}"` },
    });
    expect(edited).toMatchObject({ status: 200 });
    await until(() => company()['invoice_title'] === 'from the hub', 'the CRM has the added field');
    expect(company()['heading']).toBe('as the ERP invoices');
  });
});

describe('a layer that the shipped mapping has moved away from', () => {
  it('is a reason on the status page, in both languages, with code, file and line; the layer stays in use', async () => {
    const { body } = await demo.api('/api/v1/status');
    const { reasons } = body as { readonly reasons: readonly StatusReason[] };
    const [reason] = reasons.filter(({ code }) => code === 'mapping.layer-outdated');
    expect(reason).toMatchObject({ verdict: 'attention', connectionId: 'crm' });
    const places = ['3:1 mapping.layer-base-changed', '7:7 mapping.layer-rule-changed'];
    for (const text of [reason?.message.en, reason?.message.zh])
      for (const place of places) expect(text).toContain(`crm/companies (mapping of the connection):${place}`);
    expect(reason?.message.zh).toContain('内置映射');
    expect((await demo.api(AT)).body).toMatchObject({ origin: 'connection' });
  });

  it('is told by the check of a draft with places and codes', async () => {
    await draft(STALE);
    const { body } = await demo.api(`${AT}/draft/check`, { method: 'POST' });
    expect(body).toMatchObject({ ok: true });
    const { findings } = body as { findings: readonly { code: string; line: number; severity: string }[] };
    expect(findings.map(({ code, severity, line }) => [severity, code, line])).toEqual([
      ['warning', 'mapping.layer-base-changed', 3],
      ['warning', 'mapping.layer-rule-changed', 7],
    ]);
  });

  it('is refused when both map one field, and what is in use stays', async () => {
    await draft(CONFLICTING);
    const { body } = await demo.api(`${AT}/draft/check`, { method: 'POST' });
    expect(body).toMatchObject({ ok: false, findings: [{ code: 'mapping.layer-conflict', line: 4 }] });
    expect(await demo.api(`${AT}/draft/preview`, { method: 'POST' })).toMatchObject({
      status: 422,
      body: { code: 'mapping.invalid', errors: [{ code: 'mapping.layer-conflict' }] },
    });
    expect(await demo.api(`${AT}/draft`, { method: 'DELETE', headers: { 'if-match': '*' } })).toMatchObject({
      status: 204,
    });
    expect((await demo.api(AT)).body).toMatchObject({ origin: 'connection' });
  });

  it('is told by the CLI with file and line, and ends with 4 where it cannot be used', async () => {
    writeFileSync(join(folder, 'conflicting.yaml'), CONFLICTING);
    const check = async (file: string): Promise<{ code: number; out: string }> => {
      let out = '';
      const code = await runCli(['mapping', 'check', file], {
        environment: {},
        folder,
        isInteractive: false,
        hasColours: false,
        out: (text) => void (out += text),
        err: (text) => void (out += text),
      });
      return { code, out };
    };
    const stale = await check('companies-layer.yaml');
    expect([stale.code, stale.out]).toEqual([0, expect.stringContaining('mapping.layer-base-changed') as string]);
    const conflicting = await check('conflicting.yaml');
    expect(conflicting.out).toMatch(/conflicting\.yaml:4:\d+.*mapping\.layer-conflict/s);
    expect(conflicting.code).toBe(4);
  });
});
