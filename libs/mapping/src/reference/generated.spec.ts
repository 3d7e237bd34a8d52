import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorsOf } from '../check/validator.js';
import { loadMapping } from '../load-mapping.js';
import { runSamples } from '../samples/run-samples.js';
import { editorSchema, layerEditorSchema } from './editor-schema.js';
import { languageReference } from './language-reference.js';

const root = join(__dirname, '../../../..');
const hint = 'run node libs/mapping/scripts/write-generated.mjs';

describe(`files made from the mapping language (${hint})`, () => {
  it('mappings/mapping.schema.json is what the code says', () => {
    expect(JSON.parse(readFileSync(join(root, 'mappings/mapping.schema.json'), 'utf8'))).toEqual(
      JSON.parse(JSON.stringify(editorSchema())),
    );
  });

  it('mappings/mapping-layer.schema.json is what the code says', () => {
    expect(JSON.parse(readFileSync(join(root, 'mappings/mapping-layer.schema.json'), 'utf8'))).toEqual(
      JSON.parse(JSON.stringify(layerEditorSchema())),
    );
  });

  it('docs/mapping-language.md is what the code says', () => {
    expect(words(readFileSync(join(root, 'docs/mapping-language.md'), 'utf8'))).toBe(words(languageReference()));
  });

  it('the editor schema knows transforms and their options', () => {
    const document = (transform: unknown): object => ({
      mapping: 1,
      stream: 's',
      entity: 'customer',
      title: { en: 'S', zh: '流' },
      rules: [{ canonical: 'note', native: 'n', transform }],
    });
    const schema = editorSchema();
    expect(errorsOf(schema, document('text'))).toEqual([]);
    expect(errorsOf(schema, document([{ text: { case: 'upper' } }, 'code']))).toEqual([]);
    expect(errorsOf(schema, document('txt'))).not.toEqual([]);
    expect(errorsOf(schema, document({ text: { cas: 'upper' } }))).not.toEqual([]);
  });
});

describe('the examples of the README', () => {
  const [mapping = '', samples = ''] = [
    ...readFileSync(join(root, 'libs/mapping/README.md'), 'utf8').matchAll(/```yaml\n([^`]*)```/g),
  ].map((match) => match[1] ?? '');

  it('load without a finding, and the samples pass', () => {
    const { compiled, findings } = loadMapping({ file: 'README.md', id: 'readme/contacts', text: mapping });
    expect(findings).toEqual([]);
    if (!compiled) throw new Error('not compiled');
    const outcome = runSamples(compiled, samples);
    expect(outcome.findings).toEqual([]);
    expect(outcome.results.map(({ name }) => name)).toHaveLength(2);
  });
});

/** The text without what the formatter changes: the width of tables. */
function words(markdown: string): string {
  return markdown.replaceAll(/-{3,}/g, '---').replaceAll(/\s+/g, ' ');
}
