export { equalJson } from './equal-json.js';
export type { Json, JsonObject } from './json-types.js';
export { DOOR_LIMITS, JsonError, parseJson } from './parse-json.js';
export type { JsonLimits } from './parse-json.js';
export { contentHash, stableJson } from './stable-json.js';
export { withoutNulls } from './without-nulls.js';
export { withoutEmpties } from './without-empties.js';
