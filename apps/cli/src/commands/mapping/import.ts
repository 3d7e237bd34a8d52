import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { MappingCheck, MappingDraftAnswer } from '@isthmus/api-contract';
import type { MappingFinding } from '@isthmus/mapping';
import { CliError } from '../../cli-error.js';
import { DRY_RUN, isOn, word, wouldDo } from '../../command.js';
import type { CliCommand } from '../../command.js';
import { EXIT } from '../../exit-code.js';
import { findingLine } from './finding-line.js';
import { placeOf, readMapping } from './stream-mapping.js';

/** `isthmus mapping import` */
export const importMapping: CliCommand = {
  usage: 'import <connection> <stream> <file>',
  text: {
    en: 'make a YAML file the draft and check it; nothing uses it until it is published (exit 4 on errors)',
    zh: '将 YAML 文件存为草稿并检查；发布前不会生效（有错误时退出码为 4）',
  },
  options: [DRY_RUN],
  async run(cli, call) {
    const place = placeOf(call);
    const file = word(call, 2);
    const document = readDocument(resolve(cli.terminal.folder, file), file);
    const { draft } = await readMapping(cli, place);
    const what = { en: `make ${file} the draft`, zh: `将 ${file} 存为草稿` };
    if (isOn(call, 'dryRun'))
      return wouldDo(cli, what, { import: { ...place, file }, replaces: draft?.revision ?? null });
    const stored = await cli.hub().put<MappingDraftAnswer>(`${place.at}/draft`, { document }, draft?.revision);
    const check = await cli.hub().post<MappingCheck>(`${place.at}/draft/check`);
    cli.print({ revision: stored.revision, ...check }, () =>
      [
        ...check.findings.map((finding) => findingLine(cli, { ...(finding as MappingFinding), file })),
        cli.say({ en: `Draft, revision ${stored.revision}.`, zh: `草稿，第 ${stored.revision} 版。` }),
      ]
        .map((line) => `${line}\n`)
        .join(''),
    );
    return check.ok ? EXIT.ok : EXIT.usage;
  },
};

function readDocument(path: string, shown: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    throw new CliError(EXIT.usage, { en: `${shown} cannot be read.`, zh: `无法读取 ${shown}。` });
  }
}
