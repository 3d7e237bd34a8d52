import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { runSamples, updateSamples } from '@isthmus/mapping';
import type { MapIssue, MappingFinding, SampleFailure } from '@isthmus/mapping';
import type { Cli } from '../../cli.js';
import { EXIT } from '../../exit-code.js';
import type { ExitCode } from '../../exit-code.js';
import { safeText } from '../../output/safe-text.js';
import { valueText } from '../../output/words.js';
import { findingLine } from './finding-line.js';
import { junitXml } from './junit-xml.js';
import { loadMappingFile } from './load-mapping-file.js';
import { mappingFiles } from './mapping-files.js';
import type { MappingFile } from './mapping-files.js';

/** Outcome of one sample, or of a file that could not be run (`findings`). */
interface Outcome {
  readonly mapping: string;
  readonly sample: string;
  readonly passed: boolean;
  readonly findings: readonly MappingFinding[];
  readonly failures: readonly SampleFailure[];
}

interface TestOptions {
  /** Writes what the mappings do now as expectations before the samples run. */
  readonly update?: boolean;
  /** File for the results as JUnit XML. */
  readonly junit?: string | undefined;
}

/** `isthmus mapping test` */
export function testMappings(
  cli: Cli,
  paths: readonly string[],
  { update = false, junit }: TestOptions = {},
): ExitCode {
  const { folder } = cli.terminal;
  if (update) for (const file of mappingFiles(paths, folder)) updateFile(cli, file);
  const files = mappingFiles(paths, cli.terminal.folder);
  const without = files.filter(({ samples }) => samples === undefined).map(({ shown }) => shown);
  const outcomes = files.flatMap(testMapping);
  if (junit !== undefined) writeFileSync(resolve(folder, junit), junitXml(outcomes));
  const failed = outcomes.filter(({ passed }) => !passed).length;
  const passed = outcomes.length - failed;
  cli.printLines({ passed, failed, withoutSamples: without, outcomes }, () =>
    outcomes.map((outcome) => outcomeText(cli, outcome)).join(''),
  );
  if (without.length > 0)
    cli.hint({ en: `Without samples: ${without.join(', ')}`, zh: `没有样例：${without.join('、')}` });
  cli.hint({ en: `${passed} passed, ${failed} failed`, zh: `通过 ${passed}，失败 ${failed}` });
  return failed > 0 ? EXIT.failure : EXIT.ok;
}

function updateFile(cli: Cli, file: MappingFile): void {
  const { compiled } = loadMappingFile(file);
  if (!file.samples || !compiled) return;
  const { text, updated } = updateSamples(compiled, file.samples.text);
  if (updated.length === 0) return;
  const { shown } = file.samples;
  writeFileSync(resolve(cli.terminal.folder, shown), text);
  cli.hint({
    en: `${shown}: ${updated.length} samples updated: ${updated.join(', ')}`,
    zh: `${shown}：已更新 ${updated.length} 个样例：${updated.join('、')}`,
  });
}

function testMapping(file: MappingFile): readonly Outcome[] {
  if (!file.samples) return [];
  const mapping = `${file.connector}/${file.stream}`;
  const { compiled, findings } = loadMappingFile(file);
  const unusable = { mapping, sample: '', passed: false, failures: [] };
  if (!compiled) return [{ ...unusable, findings }];
  const run = runSamples(compiled, file.samples.text, file.samples.shown);
  if (run.findings.length > 0) return [{ ...unusable, findings: run.findings }];
  return run.results.map(({ name, failures }) => ({
    mapping,
    sample: name,
    passed: failures.length === 0,
    findings: [],
    failures,
  }));
}

function outcomeText(cli: Cli, { mapping, sample, passed, findings, failures }: Outcome): string {
  const mark = passed ? cli.colours.green('PASS') : cli.colours.red('FAIL');
  const lines = [
    `${mark} ${safeText(mapping)}${sample ? ` › ${safeText(sample)}` : ''}`,
    ...findings.map((finding) => `  ${findingLine(cli, finding)}`),
    ...failures.flatMap((failure) => failureLines(cli, failure)),
  ];
  return `${lines.join('\n')}\n`;
}

function failureLines(cli: Cli, failure: SampleFailure): readonly string[] {
  switch (failure.kind) {
    case 'refused':
      return [
        `  ${failure.direction}: ${cli.say({ en: 'refused', zh: '被拒绝' })}`,
        ...failure.issues.map(issueLine(cli)),
      ];
    case 'not-refused':
      return [
        `  ${safeText(cli.say({ en: `not refused with ${failure.expected}`, zh: `未以 ${failure.expected} 拒绝` }))}`,
      ];
    case 'differs':
      return [`  ${failure.direction}`, ...differenceLines(cli, failure.differences)];
    case 'round-trip':
      return [
        `  ${safeText(cli.say({ en: `the round trip breaks the law ${failure.law}`, zh: `往返转换违反规则 ${failure.law}` }))}`,
        ...failure.issues.map(issueLine(cli)),
        ...differenceLines(cli, failure.differences),
      ];
  }
}

function issueLine(cli: Cli): (issue: MapIssue) => string {
  return ({ code, path, message }) => `    ${safeText(`${path || '/'} ${code} ${cli.say(message)}`)}`;
}

type Differences = Extract<SampleFailure, { kind: 'differs' }>['differences'];

function differenceLines(cli: Cli, differences: Differences): readonly string[] {
  const none = cli.say({ en: '(nothing)', zh: '（无）' });
  const shown = (value: unknown): string => (value === undefined ? none : safeText(valueText(JSON.stringify(value))));
  return differences.flatMap(({ path, expected, actual }) => [
    `    ${safeText(path || '/')}`,
    `      ${cli.colours.red(`- ${shown(expected)}`)}`,
    `      ${cli.colours.green(`+ ${shown(actual)}`)}`,
  ]);
}
