import { builtins, macros, operatorText } from '../expressions/builtins.js';
import type { ExpressionFunction } from '../expressions/expression-function.js';
import { expressionFunctions } from '../expressions/functions.js';
import { expressionLimits } from '../expressions/limits.js';
import { cell } from './markdown.js';

/** Expressions: what they may name, call and cost. */
export function expressionSections(): readonly string[] {
  const names = [...builtins.keys()];
  const operators = names
    .filter((name) => !/^\w+$/.test(name) || name.startsWith('_'))
    .filter((name) => name !== '@not_strictly_false');
  const functions = names.filter((name) => /^[a-z]\w*$/i.test(name));
  return [
    '## Expressions',
    'Where no transform fits, a rule of one direction may carry `expression`, in CEL (Common Expression Language). It cannot travel back. With `direction: in` the rule names the canonical path, and the value goes through the rule’s transform or what the field implies; with `direction: out` it names the native path, and the value is written as it is. The result `null` is an empty value.',
    [
      '```yaml',
      '- { canonical: displayName, direction: in, expression: \'row.last + ", " + row.first\' }',
      "- { canonical: credit.limit, direction: in, expression: 'decimal.mul(row.price, row.count)', transform: money }",
      "- { native: label, direction: out, expression: 'has(record.note) ? record.note : record.displayName' }",
      '```',
    ].join('\n'),
    'Names: `row` going in, `record` going out, `item` inside a list rule, and `env.timeZone`, `env.currency`, `env.country`. A field that is absent reads as `null`; `has(row.a)` says whether there is a value. JSON numbers are floating point: use the decimal functions for sums. There is no clock, no network and no state.',
    `Operators: ${operators.map((name) => `\`${operatorText(name)}\``).join(' ')} \`? :\`. Of CEL: ${functions.map((name) => `\`${name}\``).join(', ')}, \`has\`; macros: ${macros.map((name) => `\`${name}\``).join(', ')}. \`==\`, \`!=\` and \`in\` compare single values. Patterns of \`matches\` are RE2 and stand in the expression.`,
    functionTable(),
    `Bounds, checked when the mapping is loaded: ${expressionLimits.source} characters, ${expressionLimits.nodes} parts, ${expressionLimits.depth} levels, macros ${expressionLimits.macroDepth} deep, patterns of ${expressionLimits.pattern} characters and ${expressionLimits.patternSize} steps. While it runs: texts of ${expressionLimits.text} characters, lists of ${expressionLimits.list} items, and ${expressionLimits.work} units of work, of which every turn of a macro and every call pays its part before it is done. What is more parks the record.`,
  ];
}

function functionTable(): string {
  const rows = expressionFunctions.map(
    (one) =>
      `| \`${cell(usage(one))}\` | ${cell(one.summary.en)} | ${one.cases.map(([source, value]) => `\`${cell(source)}\` → \`${cell(value)}\``).join('<br>')} |`,
  );
  return ['| function | what it gives | example |', '| --- | --- | --- |', ...rows].join('\n');
}

function usage({ name, on, takes, gives }: ExpressionFunction): string {
  return `${on === undefined ? '' : `${on}.`}${name}(${takes.join(', ')}): ${gives}`;
}
