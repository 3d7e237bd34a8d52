import { normaliseBody, validateBody, withoutDerived } from '@isthmus/canonical';
import type { EntityName } from '@isthmus/canonical';
import { restoration, threeWayMerge } from '@isthmus/decide';
import { equalJson, withoutNulls } from '@isthmus/json';
import type { JsonObject } from '@isthmus/json';
import type { EntityFlow } from '../topology/topology.js';

/** What one version changed: the body before it, and the body it made. */
export interface UndoneStep {
  readonly was: JsonObject;
  readonly made: JsonObject;
}

/** What taking steps back comes to. */
export interface TakenBack {
  /** The body without them; undefined = nothing goes back, or what would come of it is not valid. */
  readonly body: JsonObject | undefined;
  /** Fields that somebody changed since: they stay. */
  readonly editedSince: readonly string[];
  /** Fields that would have gone back, where the body that comes of it is not valid. */
  readonly invalid: readonly string[];
}

/**
 * Takes what versions changed out of a body, field by field: a field that still is as the version left it gets the value from before it;
 * one that was changed since stays.
 *
 * @param steps the newest first
 */
export function takeBack(
  { definition, plan }: Pick<EntityFlow, 'definition' | 'plan'>,
  body: JsonObject,
  steps: readonly UndoneStep[],
): TakenBack {
  const entity = definition.name as EntityName;
  let inputs = withoutDerived(entity, body);
  const edited = new Set<string>();
  const changed = new Set<string>();
  for (const step of steps) {
    const [was, made] = [withoutDerived(entity, step.was), withoutDerived(entity, step.made)];
    const merged = threeWayMerge(
      plan,
      { record: inputs, base: made, incoming: restoration(plan, was, made) },
      // Whoever changed the field since has the last word.
      { collide: () => 'record', mayChange: () => true },
    );
    for (const { pointer } of merged.collisions) edited.add(pointer);
    for (const pointer of merged.changed) changed.add(pointer);
    inputs = merged.body;
  }
  const kept = { editedSince: [...edited], invalid: [] };
  if (changed.size === 0) return { body: undefined, ...kept };
  const restored = complete(definition, withoutNulls(inputs), steps);
  if (!restored) return { body: undefined, ...kept, invalid: [...changed] };
  return { body: equalJson(restored, body) ? undefined : restored, ...kept };
}

/** The body with what follows from it; where its inputs are those of a before-image, it is the before-image. Undefined = not valid. */
function complete(
  definition: EntityFlow['definition'],
  inputs: JsonObject,
  steps: readonly UndoneStep[],
): JsonObject | undefined {
  const entity = definition.name as EntityName;
  const image = steps.find(({ was }) => equalJson(inputs, withoutDerived(entity, was)));
  if (image) return image.was;
  const body = definition.derive(normaliseBody(entity, inputs));
  const schema = validateBody(entity, body);
  const findings = schema.length > 0 ? schema : definition.check(body);
  return findings.some(({ severity }) => severity === 'error') ? undefined : body;
}
