import { defineConnector, FailureError, type CheckStep, type ConnectorContext } from '@isthmus/connector-kit';
import { fileStoreOf, streamFiles } from './folder-files.js';
import { filesSettings, settingsSchema } from './settings.js';
import { filesStreams } from './streams.js';

/** Excel workbooks and CSV files in a watched folder, with a result file back for every file. */
export const files = defineConnector({
  id: 'files',
  title: 'Excel and CSV files (Excel 与 CSV 文件)',
  docs: 'https://www.rfc-editor.org/rfc/rfc4180',
  settings: settingsSchema,
  // No far side to spare: the folder is on the hub's own machine.
  limits: {},
  baseUrl: () => '',
  streams: (settings) => filesStreams(filesSettings(settings)),
  check,
});

async function check(context: ConnectorContext): Promise<readonly CheckStep[]> {
  try {
    const store = fileStoreOf(context);
    const { folder, streams } = filesSettings(context.settings);
    return await Promise.all(
      Object.entries(streams).map(async ([name, stream]): Promise<CheckStep> => {
        const found = await streamFiles(store, folder, stream.pattern);
        return {
          step: name,
          ok: true,
          message: {
            en: `${found.length} files ${stream.pattern} wait in ${folder}`,
            zh: `${folder} 中有 ${found.length} 个 ${stream.pattern} 文件`,
          },
        };
      }),
    );
  } catch (cause) {
    if (!(cause instanceof FailureError)) throw cause;
    return [{ step: 'folder', ok: false, message: cause.failure.message }];
  }
}
