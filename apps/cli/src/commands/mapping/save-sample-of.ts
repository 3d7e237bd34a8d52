import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { addSample, makeSample, sampleEnvironment } from '@isthmus/mapping';
import type { Cli } from '../../cli.js';
import { CliError } from '../../cli-error.js';
import { EXIT } from '../../exit-code.js';
import type { ExitCode } from '../../exit-code.js';
import { findingLine } from './finding-line.js';
import { mappingInput } from './load-mapping-file.js';
import { mappingFileOf, rowsOfFile } from './mapping-files.js';

/** `isthmus mapping save-sample`: only masked data reaches the disk. */
export function saveSampleOf(
  cli: Cli,
  word: string,
  {
    file: from,
    name,
    dryRun,
  }: { readonly file: string | undefined; readonly name: string | undefined; readonly dryRun: boolean },
): ExitCode {
  const { folder } = cli.terminal;
  if (from === undefined || name === undefined || name.trim() === '')
    throw new CliError(EXIT.usage, {
      en: 'Give --file <file> and --name <name>.',
      zh: '请给出 --file <文件> 与 --name <名称>。',
    });
  const file = mappingFileOf(word, folder);
  const [row, ...others] = rowsOfFile(from, folder);
  if (!row || others.length > 0)
    throw new CliError(EXIT.usage, { en: 'The file must hold one row.', zh: '该文件必须只含一行。' });
  const { sample, findings } = makeSample(mappingInput(file), name, row, sampleEnvironment);
  if (!sample) {
    cli.printLines(findings, () => findings.map((finding) => `${findingLine(cli, finding)}\n`).join(''));
    throw new CliError(EXIT.failure, {
      en: 'Nothing was saved: the mapping has errors, or the masked row would not map as the real one does.',
      zh: '未保存：映射有误，或替换后的行无法按原样转换。',
    });
  }
  cli.printLines(sample, () => addSample(undefined, sample));
  if (dryRun) return EXIT.ok;
  const samples = file.samples?.shown ?? file.shown.replace(/\.ya?ml$/, '.samples.yaml');
  writeFileSync(resolve(folder, samples), addSample(file.samples?.text, sample));
  cli.hint({ en: `Added to ${samples}`, zh: `已写入 ${samples}` });
  return EXIT.ok;
}
