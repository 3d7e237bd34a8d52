import { Composer, Lexer, Parser, type Document, type LineCounter } from 'yaml';

const MAX_TOKENS = 200_000;
const MAX_FLOW_DEPTH = 64;
const MAX_PROBLEMS = 20;
const COUNTED_FROM = 50_000;

/** What is wrong with a text, at a character of it. */
export interface YamlProblem {
  readonly code: string;
  readonly message: string;
  readonly offset: number;
}

/** The document of a text and its first problems; no document where the text is more than a mapping may be. */
export interface ParsedYaml {
  readonly document?: Document;
  readonly problems: readonly YamlProblem[];
}

/** Thrown to leave the composer when a text has more problems than anybody reads. */
class Enough extends Error {}

/** The part of the composer that takes problems. It keeps each with a stack trace: a megabyte of brackets held it for minutes. */
interface TakesProblems {
  onError: (source: unknown, code: string, message: string) => void;
}

/** Parses YAML in bounded time: the tokens are counted before anything is built of them, and after the first problems it ends. */
export function parseYaml(text: string, lineCounter: LineCounter): ParsedYaml {
  const problems: YamlProblem[] = [];
  const note = (code: string, message: string, offset: number): void => {
    // The composer goes as deep as the text asks for, and says so as if it were a mistake of spelling.
    if (message.includes('call stack')) {
      problems.push(tooDeep(offset));
      throw new Enough();
    }
    problems.push({ code, message, offset });
    if (problems.length >= MAX_PROBLEMS) throw new Enough();
  };
  // A short text cannot hold too much, and what is too deep in it the composer says.
  const tooMuch = text.length > COUNTED_FROM ? countTokens(text) : undefined;
  if (tooMuch) return { problems: [tooMuch] };
  try {
    const document = compose(text, lineCounter, note);
    return { ...(document && { document }), problems };
  } catch (error) {
    if (error instanceof Enough) return { problems };
    if (error instanceof RangeError) return { problems: [tooDeep(0)] };
    throw error;
  }
}

function countTokens(text: string): YamlProblem | undefined {
  let count = 0;
  let depth = 0;
  let offset = 0;
  for (const token of new Lexer().lex(text)) {
    count += 1;
    offset += token.length;
    if (token === '[' || token === '{') depth += 1;
    else if ((token === ']' || token === '}') && depth > 0) depth -= 1;
    if (depth > MAX_FLOW_DEPTH) return tooDeep(offset);
    if (count > MAX_TOKENS) return { code: 'TOO_MUCH', message: 'too many values', offset };
  }
  return undefined;
}

function tooDeep(offset: number): YamlProblem {
  return { code: 'TOO_MUCH', message: 'nested too deeply', offset };
}

function compose(
  text: string,
  lineCounter: LineCounter,
  note: (code: string, message: string, offset: number) => void,
): Document | undefined {
  const composer = new Composer({
    lineCounter,
    uniqueKeys: false,
    version: '1.2',
    schema: 'core',
    merge: false,
    prettyErrors: false,
  });
  (composer as unknown as TakesProblems).onError = (source, code, message) => note(code, message, offsetOf(source));
  const found: Document[] = [];
  const take = (documents: Iterable<Document>): void => {
    for (const document of documents) {
      if (found.length > 0) note('MULTIPLE_DOCS', 'there is more than one document', document.range?.[0] ?? 0);
      found.push(document);
    }
  };
  for (const token of new Parser(lineCounter.addNewLine).parse(text)) {
    if (token.type === 'error') note('UNEXPECTED_TOKEN', token.message, token.offset);
    else take(composer.next(token));
  }
  take(composer.end(true, text.length));
  return found[0];
}

function offsetOf(source: unknown): number {
  if (typeof source === 'number') return source;
  if (Array.isArray(source)) return typeof source[0] === 'number' ? source[0] : 0;
  const { offset } = source as { readonly offset?: unknown };
  return typeof offset === 'number' ? offset : 0;
}
