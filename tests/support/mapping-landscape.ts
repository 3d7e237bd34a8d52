import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSandbox } from '../../apps/sandbox/src/sandbox.js';
import type { Sandbox } from '../../apps/sandbox/src/sandbox.js';

/** Parts of a mapping that tests change. */
export interface MappingParts {
  /** Native field of the note. */
  readonly note?: string;
  /** How phones are written: as at home, or with the country. */
  readonly phone?: 'national' | 'e164';
  /** Further rules, one a line. */
  readonly more?: readonly string[];
}

/** A mapping of `people` that is the same on both sides but for its parts. */
export function peopleMapping({ note = 'note', phone = 'national', more = [] }: MappingParts = {}): string {
  const write = phone === 'national' ? ', write: national' : '';
  return `mapping: 1
stream: people
entity: customer
title: { en: People, zh: 人员 }
rules:
  - { canonical: kind, constant: organization }
  - { canonical: displayName, native: name }
  - { canonical: organization.legalName, native: name, direction: in }
  - { canonical: customerNumber, native: number }
  - { canonical: 'contactPoints[kind=mobile].value', native: phone, transform: { phone: { country: CN${write} } }, canonicalExtras: { isPrimary: true } }
  - { canonical: note, native: ${note} }
${more.map((rule) => `  - ${rule}\n`).join('')}`;
}

/** Two systems that keep people, both ways, and no hub yet. */
export interface MappingLandscape {
  readonly sandbox: Sandbox;
  readonly configFile: string;
  readonly folder: string;
  /** Documents that a side holds. */
  documents(side: 'left' | 'right'): PersonDocument[];
  /** A person edits a document there. */
  edit(side: 'left' | 'right', number: string, set: object): void;
  close(): Promise<void>;
}

/** A document of the sandbox's plain JSON API. */
export interface PersonDocument {
  readonly id: string;
  readonly number: string;
  readonly [field: string]: unknown;
}

/** Starts the systems; `left` holds the given people. */
export async function openMappingLandscape(people: readonly object[]): Promise<MappingLandscape> {
  const folder = mkdtempSync(join(tmpdir(), 'isthmus-mapping-'));
  const sandbox = await startSandbox({ limits: false });
  for (const set of people) sandbox.rest.edit({ type: 'left', set: set as never });
  writeFileSync(join(folder, 'people.yaml'), peopleMapping());
  const configFile = join(folder, 'isthmus.json');
  const flow = {
    id: 'people',
    entity: 'customer',
    members: ['left', 'right'].map((connection) => ({ connection, streams: ['people'] })),
    policy: { match: { customerNumber: 'strong' } },
  };
  const connections = ['left', 'right'].map((id) => connection(id, sandbox.port));
  writeFileSync(configFile, JSON.stringify({ connections, flows: [flow] }));
  return {
    sandbox,
    configFile,
    folder,
    documents: (side) => sandbox.rest.records(side) as PersonDocument[],
    edit: (type, number, set) => void sandbox.rest.edit({ type, match: { number }, set: set as never }),
    close: async () => {
      await sandbox.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function connection(id: string, port: number): object {
  const people = {
    title: { en: 'People', zh: '人员' },
    schema: { type: 'object' },
    key: 'id',
    modifiedAt: 'updatedAt',
    version: 'version',
    read: {
      path: `/${id}`,
      rowsAt: 'items',
      paging: { kind: 'cursor', param: 'cursor', nextAt: 'next', sizeParam: 'limit', size: 100 },
      since: { param: 'updatedSince', overlapSeconds: 1 },
      pollSeconds: 1,
    },
    fetch: { path: `/${id}/{id}` },
    write: {
      create: { path: `/${id}`, idAt: 'id', storedAt: '' },
      update: { path: `/${id}/{id}`, storedAt: '' },
      idempotency: { header: 'Idempotency-Key' },
      concurrency: 8,
    },
  };
  return {
    id,
    connector: 'rest',
    settings: {
      baseUrl: `http://127.0.0.1:${port}/rest`,
      auth: { kind: 'bearer' },
      token: 'sandbox-rest-token',
      limits: { requestsPerSecond: 400, burst: 400, concurrency: 8, timeoutMs: 2_000 },
      streams: { people },
    },
    mappings: { people: './people.yaml' },
    environment: { allowHosts: [`127.0.0.1:${port}`] },
  };
}
