import { layerSchema } from '../layers/layer-schema.js';
import { cell, kindOf, type Described } from './markdown.js';

/** How `when` is written, on a document and on a rule. */
export function conditionSections(): readonly string[] {
  return [
    '## Conditions',
    'In `when` of a document stand canonical paths and say which records live in the stream. In `when` of a rule stand canonical paths, or paths of both sides under `canonical:` and `native:`. All conditions must hold. Of the side that is read they look at the whole of it, of the side that is written at what the rules before have written. Inside a list they look at the item.',
    [
      '| condition | holds when the field |',
      '| --- | --- |',
      '| `kind: person` | is this value; `null` also fits a field that is absent |',
      '| `kind: [person, organization]` | is one of these |',
      '| `kind: { not: person }`, `{ not: [a, b] }` | is something else, or empty |',
      '| `code: { startsWith: B2B- }` | is a text with this beginning |',
      '| `note: { present: true }`, `false` | holds a value; is empty or absent |',
    ].join('\n'),
    'Of a list of values one item must fit, or none with `not`. Variants (a person or an organisation, a sale or a return) are rules for one place with conditions that differ; two with the same condition are refused.',
  ];
}

/** What a rule says of values that do not survive. */
export function lossSections(): readonly string[] {
  return [
    '## Losses',
    'A two-way rule keeps every value, but for the spelling that the model wants. Where its transform cannot (one case, a rounding, one of several codes), the rule says so in words with `loses: fractions of a cent`, in both languages with `loses: { en: …, zh: … }`, or with a list of such; otherwise the checker warns (`mapping.undeclared-loss`) and says what is lost. `loadMapping` lists for every field which way it goes and what it loses.',
  ];
}

/** How a connection extends a shipped mapping. */
export function layerSections(): readonly string[] {
  const { properties } = layerSchema() as unknown as { properties: { [key: string]: Described } };
  const rows = Object.entries(properties).map(
    ([key, schema]) => `| \`${key}\` | ${kindOf(schema)} | ${cell(schema.description ?? '')} |`,
  );
  return [
    '## Layers',
    'A connection changes a shipped mapping without copying it: its document says which mapping it `extends` and what differs. Completion: `# yaml-language-server: $schema=../mapping-layer.schema.json`.',
    [
      '```yaml',
      'mapping: 1',
      'extends: hubspot/contacts',
      'add:',
      '  - { canonical: extensions.crm.region, native: properties.region }',
      'replace:',
      '  - { rule: lifecycleStage, with: { native: properties.our_stage } } # keys that differ; null takes one away',
      "drop: ['contactPoints[kind=fax].value']",
      'lookups: { lifecycle: { vip: customer, subscriber: null } } # null takes an entry away',
      'lists:',
      '  lines: { drop: [note] } # the same inside a list rule',
      '```',
    ].join('\n'),
    ['| key | value | meaning |', '| --- | --- | --- |', ...rows].join('\n'),
    'A rule is named by its `id`, else by its canonical path, else by a native one; where that means several, by `{ canonical, native, direction }` as they stand there. Every finding stands in the file that it is about. After an upgrade of the shipped mapping the checker says what no longer fits:',
    [
      '| code | when | what happens |',
      '| --- | --- | --- |',
      '| `mapping.layer-no-base` | the mapping that is extended does not exist | refused |',
      '| `mapping.layer-base-changed` | the shipped text has another hash than `base` | warning |',
      '| `mapping.layer-rule-changed` | a replaced rule has another fingerprint than `was` | warning |',
      '| `mapping.layer-no-rule` | a rule that is replaced or changed inside is not there | refused; a warning for `drop` |',
      '| `mapping.layer-ambiguous` | a name means several rules | refused |',
      '| `mapping.layer-twice` | a rule is changed twice | refused |',
      '| `mapping.layer-conflict` | an added rule fills a place that a shipped one fills | refused |',
      '| `mapping.layer-no-entry` | an entry that is taken away is not there | warning |',
    ].join('\n'),
  ];
}
