import type { JsonObject } from '@isthmus/json';
import { loadMapping } from '@isthmus/mapping';
import { nativePatch } from './native-patch.js';

const MAPPING = `mapping: 1
stream: people
entity: customer
title: { en: People, zh: 人员 }
rules:
  - { canonical: kind, constant: person }
  - { canonical: displayName, native: person.name }
  - { canonical: credit.limit, native: limit, transform: money }
  - { native: label, direction: out, expression: 'record.displayName + " / " + record.customerNumber' }
`;

function patch(row: JsonObject, base: JsonObject): JsonObject {
  const { compiled, findings } = loadMapping({ file: 'people.yaml', id: 'right/people', text: MAPPING });
  if (!compiled) throw new Error(JSON.stringify(findings));
  const environment = { timeZone: 'UTC', currency: 'CNY', country: 'CN', lookups: {} };
  return nativePatch(environment, { mapping: compiled, entity: 'customer' }, row, base);
}

const held = { person: { name: 'Anna' }, limit: '10.00', label: 'Anna / C-1' };

describe('what has to be written over a base from which an expression cannot be computed', () => {
  it('is nothing where the far side holds it all', () => {
    expect(patch(held, held)).toEqual({});
  });

  it('is the field that changed and what the expression makes of it, not the whole row', () => {
    const row = { ...held, person: { name: 'Anne' }, label: 'Anne / C-1' };
    expect(patch(row, held)).toEqual({ person: { name: 'Anne' }, label: 'Anne / C-1' });
  });
});
