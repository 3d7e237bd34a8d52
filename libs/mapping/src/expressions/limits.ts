/**
 * Bounds of expressions. The work of one evaluation is at most `work` + `nodes` units, whatever the expression and the record are:
 * every turn of a macro pays the nodes of its body, every call pays the size of what it looks at, and who cannot pay is stopped.
 */
export const expressionLimits = {
  /** Characters of the source. */
  source: 1000,
  /** Nodes of the syntax tree, macros written out. */
  nodes: 300,
  /** Levels of the syntax tree, and of brackets in the source. */
  depth: 32,
  /** Macros (`map`, `filter`, `exists`, `all`, `exists_one`) inside the body of a macro count 2. */
  macroDepth: 2,
  /** Characters of a text that a function reads or makes. */
  text: 20_000,
  /** Items of a list, or fields of an object, that a macro walks through or a function reads or makes. */
  list: 1000,
  /** Values inside a result. */
  resultValues: 10_000,
  /** Characters of all texts of a result. */
  resultText: 200_000,
  /** Characters of a pattern. */
  pattern: 200,
  /** Steps of a compiled pattern. */
  patternSize: 500,
  /** Units of work of one evaluation. */
  work: 50_000,
} as const;
