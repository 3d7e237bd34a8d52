import { stepsFor } from '../compile/pipeline.js';
import type { Wording } from '../contract.js';
import { waysOf, type LossText, type RuleDocument } from '../document/mapping-document.js';
import type { Schema } from '../document/schema-lookup.js';
import { transformByName } from '../transforms/catalogue.js';

/** What a rule's transforms do not keep of a value on its way there and back; none for a rule that goes one way only. */
export function lossesOfTransforms(rule: RuleDocument, schema: Schema | undefined): readonly Wording[] {
  const ways = waysOf(rule);
  if (!ways.in || !ways.out || rule.rules) return [];
  const steps = stepsFor(rule, schema).flatMap(({ name, options }) => {
    const transform = transformByName(name);
    return transform ? [{ transform, options }] : [];
  });
  // What cannot go back at all is another finding.
  if (steps.some(({ transform }) => !transform.fromCanonical)) return [];
  return steps.flatMap(({ transform, options }) => transform.loses?.(options) ?? []);
}

/** What a rule says that it loses, in both languages as far as it says so. */
export function declaredLosses({ loses }: RuleDocument): readonly Wording[] {
  const texts = loses === undefined ? [] : Array.isArray(loses) ? (loses as readonly LossText[]) : [loses as LossText];
  return texts.map((text) => (typeof text === 'string' ? { en: text, zh: text } : text));
}
