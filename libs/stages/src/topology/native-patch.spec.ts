import type { JsonObject } from '@isthmus/json';
import { loadMapping } from '@isthmus/mapping';
import { nativePatch, triedPatch } from './native-patch.js';

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

const environment = { timeZone: 'UTC', currency: 'CNY', country: 'CN', lookups: {} };

function right(): Parameters<typeof nativePatch>[1] {
  const { compiled, findings } = loadMapping({ file: 'people.yaml', id: 'right/people', text: MAPPING });
  if (!compiled) throw new Error(JSON.stringify(findings));
  return { mapping: compiled, entity: 'customer' };
}

const patch = (row: JsonObject, base: JsonObject): JsonObject => nativePatch(environment, right(), row, base);

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

describe('what an earlier write without an answer may have left', () => {
  const row = (name: string, limit: string): JsonObject => ({ person: { name }, limit });
  const left = (tried: JsonObject, delivered: JsonObject | undefined, base: JsonObject): JsonObject =>
    triedPatch(environment, right(), tried, delivered, base);

  it('is what it changed, also where the record is back at what the base says', () => {
    expect(left(row('Anne', '10.00'), row('Anna', '10.00'), row('Anna', '10.00'))).toEqual({
      person: { name: 'Anne' },
    });
  });

  it('is no field that the write left alone, although the far side has said something else there since', () => {
    expect(left(row('Anne', '10.00'), row('Anna', '10.00'), row('Anna', '20.00'))).toEqual({
      person: { name: 'Anne' },
    });
  });

  it('is no field that the far side itself had set', () => {
    expect(left(row('Anne', '20.00'), row('Anna', '10.00'), row('Anna', '20.00'))).toEqual({
      person: { name: 'Anne' },
    });
  });

  it('is all that differs from the base where it is not known what stood there before', () => {
    expect(left(row('Anne', '10.00'), undefined, row('Anna', '20.00'))).toEqual({
      person: { name: 'Anne' },
      limit: '10.00',
    });
  });
});
