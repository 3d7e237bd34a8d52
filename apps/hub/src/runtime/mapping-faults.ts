import type { LoadedMapping, MappingFinding } from '@isthmus/mapping';
import type { TopologyFault } from './topology-fault.js';

type Findings = Pick<LoadedMapping, 'findings'>;
type Words = MappingFinding['message'];

const SHOWN = 3;

/** Why a stream has no usable mapping, in words; names the first error with its code and place where there is a document. */
export function noMapping(mapping: string, loaded: Findings | undefined): Words {
  const error = loaded?.findings.find(({ severity }) => severity === 'error');
  const why = error ? placed(error) : undefined;
  return {
    en: `There is no usable mapping for ${mapping}${why ? `: ${why.en}` : '.'}`,
    zh: `${mapping} 没有可用的映射${why ? `：${why.zh}` : '。'}`,
  };
}

/**
 * What a connection's layer no longer fits in the shipped mapping below it, where the layer still works: warnings that somebody should look
 * at after an upgrade. Other warnings belong to the check.
 */
export function layerFaults(
  where: Pick<TopologyFault, 'connection' | 'stream'>,
  { findings: all, compiled }: Pick<LoadedMapping, 'findings' | 'compiled'>,
): readonly TopologyFault[] {
  const findings = all.filter(({ code, severity }) => severity === 'warning' && code.startsWith('mapping.layer-'));
  if (!compiled || findings.length === 0) return [];
  const said = findings.slice(0, SHOWN).map(placed);
  const more = findings.length - said.length;
  return [
    {
      ...where,
      code: 'mapping.layer-outdated',
      severity: 'attention',
      message: {
        en: `The layer stays in use, but the shipped mapping is not what it was written against. ${said.map(({ en }) => en).join('; ')}${more > 0 ? `; ${more} more` : ''}`,
        zh: `该层仍在使用，但内置映射已与编写时不同。${said.map(({ zh }) => zh).join('；')}${more > 0 ? `；另有 ${more} 处` : ''}`,
      },
      findings,
    },
  ];
}

function placed({ file, line, column, code, message, suggestion }: MappingFinding): Words {
  const at = `${file}:${line}:${column} ${code}`;
  const hint = suggestion === undefined ? '' : ` → ${suggestion}`;
  return { en: `${at}: ${message.en}${hint}`, zh: `${at}：${message.zh}${hint}` };
}
