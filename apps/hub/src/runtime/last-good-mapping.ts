import { lastUsedMapping } from '@isthmus/ledger';
import type { Database } from '@isthmus/ledger';
import type { LoadedMapping, Wording } from '@isthmus/mapping';
import type { BrokenStream } from '@isthmus/stages';
import type { ConnectionRuntime } from './connection-runtime.js';
import { loadStreamMapping, shippedDocument } from './mapping-documents.js';
import type { StreamDocument } from './mapping-documents.js';
import type { TopologyFault } from './topology-fault.js';

/** A mapping with the number of its stored version; without `compiled` it is broken, and `findings` say where. */
export type StreamMapping = LoadedMapping & { readonly version: number };

/** The mapping with which a stream worked last, if it has one that still can be used. */
export async function lastGoodMapping(
  database: Database,
  runtime: ConnectionRuntime,
  stream: string,
): Promise<StreamMapping | undefined> {
  const last = await lastUsedMapping(database, runtime.row.id, stream);
  if (!last) return undefined;
  const { mapping: id, document, version } = last;
  const loaded = loadStreamMapping(runtime, stream, { id, file: `${id}.yaml`, document, origin: 'console' });
  return loaded.compiled && { ...loaded, version };
}

/** Says that a stream goes on with an older mapping than the one that it should have. */
export function standInFault(
  where: { readonly connection: string; readonly stream: string },
  { version }: StreamMapping,
  broken: LoadedMapping,
): TopologyFault {
  const fault = faultOf(broken);
  return {
    ...where,
    code: 'mapping.broken',
    severity: 'attention',
    message: {
      en: `The mapping is broken (${fault.en}). Version ${version}, with which the stream worked last, stays in use until it is mended.`,
      zh: `映射有误（${fault.zh}）。更正之前继续使用上一个可用版本 ${version}。`,
    },
    findings: broken.findings,
  };
}

/** The first thing that is wrong with a document, with file and line. */
function faultOf({ findings }: LoadedMapping): Wording {
  const error = findings.find(({ severity }) => severity === 'error');
  if (!error) return { en: 'it cannot be read', zh: '无法读取' };
  const { file, line, message } = error;
  return {
    en: `${file}, line ${line}: ${message.en.replace(/\.$/, '')}`,
    zh: `${file} 第 ${line} 行：${message.zh.replace(/。$/, '')}`,
  };
}

/**
 * The entity of a document that cannot be compiled, as far as its text tells: what is told of its stream belongs to that flow.
 *
 * @returns undefined = the text does not say
 */
export function entityOf(runtime: ConnectionRuntime, stream: string, { document }: StreamDocument): string | undefined {
  const named = (text: string): string | undefined => /^entity:\s*['"]?([\w-]+)/m.exec(text)?.[1];
  return named(document) ?? named(shippedDocument(runtime.row.connector, stream)?.document ?? '');
}

/** A stream that waits for a usable mapping. */
export function brokenStream(
  where: Pick<BrokenStream, 'connectionId' | 'name' | 'stream' | 'entity'>,
  direction: 'both' | 'in' | 'out',
  broken: LoadedMapping,
): BrokenStream {
  return {
    ...where,
    reads: direction !== 'out',
    writes: direction !== 'in' && where.stream.write !== undefined,
    fault: faultOf(broken),
  };
}
