import type { MappingFinding } from '@isthmus/mapping';
import type { Cli } from '../../cli.js';
import { EXIT } from '../../exit-code.js';
import type { ExitCode } from '../../exit-code.js';
import { findingLine } from './finding-line.js';
import { loadMappingFile } from './load-mapping-file.js';
import type { CheckedMapping } from './load-mapping-file.js';
import { mappingFiles } from './mapping-files.js';

/** What a check of several mappings found. */
export interface MappingsCheck {
  readonly files: number;
  readonly errors: number;
  readonly warnings: number;
  readonly findings: readonly MappingFinding[];
  /** Files of which only the canonical side could be checked. */
  readonly nativeUnchecked: readonly string[];
}

/** Checks the mappings under the paths; see `mappingFiles` for the default. */
export function checkMappingFiles(paths: readonly string[], folder: string): MappingsCheck {
  const checked = mappingFiles(paths, folder).map(loadMappingFile);
  const findings = checked.flatMap((mapping) => mapping.findings);
  return {
    files: checked.length,
    errors: findings.filter(({ severity }) => severity === 'error').length,
    warnings: findings.filter(({ severity }) => severity === 'warning').length,
    findings,
    nativeUnchecked: checked.filter(isUnchecked).map(({ file }) => file.shown),
  };
}

/** `isthmus mapping check` */
export function checkMappings(cli: Cli, paths: readonly string[]): ExitCode {
  const check = checkMappingFiles(paths, cli.terminal.folder);
  cli.printLines(check, () => check.findings.map((finding) => `${findingLine(cli, finding)}\n`).join(''));
  if (check.nativeUnchecked.length > 0)
    cli.hint({
      en: `Native paths not checked (a connection's settings say what they are): ${check.nativeUnchecked.join(', ')}`,
      zh: `未检查原系统字段路径（取决于连接设置）：${check.nativeUnchecked.join('、')}`,
    });
  cli.hint({
    en: `${check.files} mappings, ${check.errors} errors, ${check.warnings} warnings`,
    zh: `共 ${check.files} 个映射，错误 ${check.errors} 处，警告 ${check.warnings} 处`,
  });
  return check.errors > 0 ? EXIT.usage : EXIT.ok;
}

function isUnchecked({ nativeChecked, findings }: CheckedMapping): boolean {
  return !nativeChecked && !findings.some(({ code }) => code === 'mapping.unknown-stream');
}
