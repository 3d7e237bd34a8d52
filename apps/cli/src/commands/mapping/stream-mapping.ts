import type { StreamMappingDetail } from '@isthmus/api-contract';
import type { Cli } from '../../cli.js';
import { CliError } from '../../cli-error.js';
import { word } from '../../command.js';
import type { Call } from '../../command.js';
import { EXIT } from '../../exit-code.js';
import { path } from '../../hub/hub-client.js';

/** The stream of a connection that a call names, and where the API keeps its mapping. */
export interface StreamPlace {
  readonly connection: string;
  readonly stream: string;
  readonly at: string;
}

/** The first two words of a call: connection and stream. */
export function placeOf(call: Call): StreamPlace {
  const [connection, stream] = [word(call, 0), word(call, 1)];
  return { connection, stream, at: path`/connections/${connection}/mappings/${stream}` };
}

/** What is in use, with the draft. */
export function readMapping(cli: Cli, { at }: StreamPlace): Promise<StreamMappingDetail> {
  return cli.hub().get<StreamMappingDetail>(at);
}

/** The draft; without one the call ends with what to do. */
export function requireDraft(detail: StreamMappingDetail): NonNullable<StreamMappingDetail['draft']> {
  if (detail.draft) return detail.draft;
  throw new CliError(EXIT.usage, { en: 'This mapping has no draft.', zh: '该映射没有草稿。' }, [
    {
      en: `isthmus mapping import ${detail.connectionId} ${detail.stream} <file> makes one.`,
      zh: `可用 isthmus mapping import ${detail.connectionId} ${detail.stream} <文件> 创建。`,
    },
  ]);
}
