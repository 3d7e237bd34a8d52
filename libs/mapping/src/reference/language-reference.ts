import type { Json } from '@isthmus/json';
import { mappingDocumentSchema } from '../mapping-document.schema.js';
import { transforms } from '../transforms/catalogue.js';
import type { Transform, TransformCase } from '../transforms/transform.js';
import { expressionSections } from './expression-reference.js';
import { conditionSections, layerSections, lossSections } from './language-sections.js';
import { cell, code, kindOf, type Described } from './markdown.js';

/** The reference page of the mapping language as Markdown, made from the schemas and the catalogue. */
export function languageReference(): string {
  return [
    head(),
    '## Keys of a rule',
    ruleKeys(),
    ...conditionSections(),
    ...lossSections(),
    ...layerSections(),
    ...expressionSections(),
    '## Transforms',
    summary(),
    ...transforms.map(section),
  ]
    .join('\n\n')
    .concat('\n');
}

function head(): string {
  return [
    '# Mapping language: reference',
    'This page is made from the code (`node libs/mapping/scripts/write-generated.mjs`); a test compares it. The language by example, its laws and its paths: `libs/mapping/README.md`.',
  ].join('\n\n');
}

function ruleKeys(): string {
  const { $defs } = mappingDocumentSchema() as unknown as {
    $defs: { rule: { properties: { [key: string]: Described } } };
  };
  const rows = Object.entries($defs.rule.properties).map(
    ([key, schema]) => `| \`${key}\` | ${kindOf(schema)} | ${cell(schema.description ?? '')} |`,
  );
  return ['| key | value | meaning |', '| --- | --- | --- |', ...rows].join('\n');
}

function summary(): string {
  const rows = transforms.map(
    ({ name, native, canonical, summary: words }) =>
      `| [\`${name}\`](#${name}) | ${native.join(', ')} | ${canonical} | ${cell(words.en)} |`,
  );
  return ['| name | native | canonical | what it does |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

function section(transform: Transform): string {
  const back = transform.fromCanonical ? '' : '\n\nOne way: in only.';
  return [
    `### ${transform.name}`,
    `${transform.summary.en}.\n\n${transform.summary.zh}。${back}`,
    options(transform),
    cases(transform),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function options({ options: schema }: Transform): string {
  const properties = Object.entries((schema['properties'] ?? {}) as { [name: string]: Described });
  if (properties.length === 0) return 'No options.';
  const required = new Set((schema['required'] ?? []) as string[]);
  const rows = properties.map(
    ([name, option]) =>
      `| \`${name}\`${required.has(name) ? ' (required)' : ''} | ${kindOf(option)} | ${cell(option.description ?? '')} |`,
  );
  return ['| option | value | meaning |', '| --- | --- | --- |', ...rows].join('\n');
}

function cases({ cases: list }: Transform): string {
  const rows = list.map(
    (one) =>
      `| ${code(one.native)} | ${one.options ? code(one.options) : ''} | ${code(one.canonical)} | ${code(backOf(one))} |`,
  );
  return ['| native | options | canonical | written back |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

function backOf({ back, native }: TransformCase): Json {
  return back ?? native;
}
