/** JSON Schema `if` and `then`: where the condition holds, the consequence must hold as well. */
export function when(condition: object, consequence: object): object {
  // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema, never awaited
  return { if: condition, then: consequence };
}
