import { loadMapping } from '@isthmus/mapping';
import type { LoadedMapping } from '@isthmus/mapping';
import { layerFaults, noMapping } from './mapping-faults.js';
import { shippedDocument } from './mapping-documents.js';

const WHERE = { connection: 'crm', stream: 'companies' };

function layer(changes: string): LoadedMapping {
  const shipped = shippedDocument('hubspot', 'companies');
  if (!shipped) throw new Error('there is no shipped mapping');
  return loadMapping({
    file: 'layer.yaml',
    id: 'crm/companies',
    text: `mapping: 1\nextends: hubspot/companies\n${changes}`,
    base: { id: shipped.id, file: shipped.file, text: shipped.document },
  });
}

describe('what is said of a mapping that somebody should look at', () => {
  it('a layer that fits is nothing to say', () => {
    expect(layerFaults(WHERE, layer('drop: [note]\n'))).toEqual([]);
  });

  it('a layer that the shipped mapping moved away from is told with code, file and line, and what to write', () => {
    const [fault, ...others] = layerFaults(WHERE, layer('base: 0123456789abcdef\ndrop: [noted]\n'));
    expect(others).toEqual([]);
    expect(fault).toMatchObject({ ...WHERE, code: 'mapping.layer-outdated', severity: 'attention' });
    expect(fault?.message).toMatchObject({
      en: expect.stringMatching(
        /layer\.yaml:3:1 mapping\.layer-base-changed: .* → base: \w{12}; layer\.yaml:4:8 mapping\.layer-no-rule: .* → note$/,
      ) as string,
      zh: expect.stringMatching(/layer\.yaml:3:1 mapping\.layer-base-changed：内置映射.*；layer\.yaml:4:8/) as string,
    });
  });

  it('of many places the first three are named, and how many more there are', () => {
    const [fault] = layerFaults(WHERE, layer('drop: [a1, b2, c3, d4, e5]\n'));
    expect(fault?.message).toMatchObject({
      en: expect.stringMatching(/; 2 more$/) as string,
      zh: expect.stringMatching(/；另有 2 处$/) as string,
    });
  });

  it('one that cannot be used any more is said once, as the reason why there is no mapping', () => {
    const loaded = layer('base: 0123456789abcdef\nadd: [{ canonical: note, native: properties.other }]\n');
    expect(layerFaults(WHERE, loaded)).toEqual([]);
    const { en, zh } = noMapping('hubspot/companies', loaded);
    expect(en).toMatch(/^There is no usable mapping for hubspot\/companies: layer\.yaml:4:7 mapping\.layer-conflict: /);
    expect(zh).toMatch(/^hubspot\/companies 没有可用的映射：layer\.yaml:4:7 mapping\.layer-conflict：内置映射/);
  });

  it('where there is no document, that is all', () => {
    expect(noMapping('rest/people', undefined)).toEqual({
      en: 'There is no usable mapping for rest/people.',
      zh: 'rest/people 没有可用的映射。',
    });
  });
});
