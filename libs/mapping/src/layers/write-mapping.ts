import type { Json } from '@isthmus/json';
import { Document, isCollection, isMap, isSeq, type Node } from 'yaml';

/**
 * A mapping document as YAML text: the same document always gives the same text, one rule a line where it has no rules of its own, so that a
 * comparison of two versions shows rules.
 */
export function writeMapping(document: Json): string {
  const yaml = new Document(document, { aliasDuplicateObjects: false, version: '1.2', schema: 'core' });
  if (isMap(yaml.contents)) {
    for (const { key, value } of yaml.contents.items) {
      const name = String((key as { readonly value?: unknown }).value);
      if (name === 'rules') onePerLine(value as Node | null);
      else if (name === 'lookups') tablesInLine(value as Node | null);
      else if (isCollection(value)) value.flow = true;
    }
  }
  return yaml.toString({ lineWidth: 0, flowCollectionPadding: true });
}

function onePerLine(rules: Node | null): void {
  if (!isSeq(rules)) return;
  for (const rule of rules.items) {
    if (!isMap(rule)) continue;
    const inner = rule.get('rules', true);
    if (inner === undefined) {
      rule.flow = true;
      continue;
    }
    for (const { key, value } of rule.items) {
      if (isCollection(value) && String((key as { readonly value?: unknown }).value) !== 'rules') value.flow = true;
    }
    onePerLine(inner as Node);
  }
}

function tablesInLine(tables: Node | null): void {
  if (!isMap(tables)) return;
  for (const { value } of tables.items) if (isMap(value) && value.items.length <= 8) value.flow = true;
}
