import type { MappingFinding, Wording } from '../contract.js';

/** Line and column, both from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
  /** File and path there, when that is not the document itself: a layer stands over a shipped mapping. */
  readonly origin?: { readonly file: string; readonly path: string };
}

/** What a check says; the factory adds file and place. */
export interface Said {
  readonly code: string;
  /** Path inside the document. */
  readonly path: string;
  readonly message: Wording;
  readonly suggestion?: string | undefined;
  /** @default error */
  readonly severity?: 'error' | 'warning';
}

/** Collects findings of one document; places come from the document's source. */
export class Findings {
  private readonly list: MappingFinding[] = [];
  private static readonly limit = 200;

  constructor(
    private readonly file: string,
    /** Where a path of the document stands, or the nearest parent of it that stands somewhere. */
    readonly placeOf: (path: string) => Place,
  ) {}

  /** Adds a finding at the place of its path. The same thing at the same place is said once. */
  add(said: Said): void {
    this.addAt(said, this.placeOf(said.path));
  }

  addAt({ code, path: said, message, suggestion, severity = 'error' }: Said, place: Place): void {
    if (this.list.length >= Findings.limit) return;
    const { line, column, origin: { file, path } = { file: this.file, path: said } } = place;
    if (this.list.some((other) => other.code === code && other.path === path && other.message.en === message.en))
      return;
    this.list.push({
      severity,
      code,
      file,
      line,
      column,
      path,
      message,
      ...(suggestion === undefined ? {} : { suggestion }),
    });
  }

  get hasErrors(): boolean {
    return this.list.some((finding) => finding.severity === 'error');
  }

  /** In the order of the document; what stands in another file comes last. */
  all(): MappingFinding[] {
    return [...this.list].sort(
      (a, b) => Number(a.file !== this.file) - Number(b.file !== this.file) || a.line - b.line || a.column - b.column,
    );
  }
}

/** Wording in both languages. */
export function say(en: string, zh: string): Wording {
  return { en, zh };
}
