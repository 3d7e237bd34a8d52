import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Told {
  readonly id: string;
  readonly version: number;
  readonly revision: number;
}

/** Hears of every version of every document at the ERP, to see in which order they were written. */
export interface RevisionLog {
  /** Where the sandbox sends its webhooks to. */
  readonly url: string;
  /** Documents that showed an older revision after a newer one. */
  turnedBack(): string[];
  close(): Promise<void>;
}

/** Starts to listen. */
export async function startRevisionLog(): Promise<RevisionLog> {
  const told: Told[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (part: string) => (text += part));
    request.on('end', () => {
      const { data } = JSON.parse(text) as { data: { id: string; version: number; remark: string } };
      told.push({ id: data.id, version: data.version, revision: Number(/\d+/.exec(data.remark)?.[0]) });
      response.writeHead(200).end('{}');
    });
  });
  await new Promise<void>((done) => server.listen({ host: '127.0.0.1', port: 0 }, done));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    turnedBack: () => turnedBack(told),
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

function turnedBack(told: readonly Told[]): string[] {
  const newest = new Map<string, number>();
  const found = new Set<string>();
  for (const { id, revision } of [...told].sort((a, b) => a.version - b.version)) {
    if (revision < (newest.get(id) ?? 0)) found.add(id);
    newest.set(id, Math.max(revision, newest.get(id) ?? 0));
  }
  return [...found];
}
