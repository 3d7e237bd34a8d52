import type { ConnectionRuntime } from './connection-runtime.js';
import { documentInUse, loadStreamMapping, shippedDocument } from './mapping-documents.js';

type Place = Pick<ConnectionRuntime, 'row' | 'streams'>;

function connection(mapping: string): Place {
  // Only what the documents of a connection depend on.
  return { row: { id: 'crm', connector: 'hubspot', mappings: { contacts: mapping } }, streams: {} } as unknown as Place;
}

describe('documents of a connection', () => {
  it('a document that extends the shipped one is laid over it, and both files are named', () => {
    const place = connection(
      'mapping: 1\nextends: hubspot/contacts\nadd: [{ canonical: extensions.crm.region, native: properties.region }]\n',
    );
    const source = documentInUse(place, 'contacts', undefined);
    if (!source) throw new Error('no document');
    const { compiled, document, findings } = loadStreamMapping(place, 'contacts', source);
    expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(compiled?.reads).toContain('/extensions/crm/region');
    expect(compiled?.reads).toContain('/displayName');
    expect(document).toContain('canonical: extensions.crm.region');
    expect(new Set(findings.map(({ file }) => file))).not.toContain('crm/contacts.yaml');
  });

  it('a layer for another mapping is refused with the one that is meant', () => {
    const place = connection('mapping: 1\nextends: hubspot/contact\ndrop: [note]\n');
    const source = documentInUse(place, 'contacts', undefined);
    if (!source) throw new Error('no document');
    expect(loadStreamMapping(place, 'contacts', source)).toMatchObject({
      findings: [
        {
          code: 'mapping.layer-no-base',
          file: 'crm/contacts (mapping of the connection)',
          suggestion: 'hubspot/contacts',
        },
      ],
    });
  });

  it('the shipped document is the file of the connector', () => {
    expect(shippedDocument('hubspot', 'contacts')).toMatchObject({ id: 'hubspot/contacts', origin: 'file' });
    expect(shippedDocument('hubspot', 'nothing')).toBeUndefined();
  });
});
