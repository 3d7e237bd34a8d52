import type { Sql, Statement } from '../database.js';

/**
 * A select whose conditions vary with what the caller filters by. Text comes from fixed fragments only; what the caller gives goes in as
 * parameters. Each combination is a statement of its own, so that each gets its own plan.
 */
export class Selection {
  private readonly names: string[] = [];
  private readonly conditions: string[] = [];
  private readonly values: unknown[] = [];

  constructor(private readonly name: string) {}

  /** Adds a parameter and gives its place, for example `$3`. */
  parameter(value: unknown): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }

  /** Adds a condition unless the value is undefined; `?` in the fragment stands for the value. */
  where(name: string, fragment: string, value: unknown): this {
    if (value === undefined) return this;
    const place = this.parameter(value);
    this.names.push(name);
    this.conditions.push(fragment.replaceAll('?', place));
    return this;
  }

  /** All conditions, joined. */
  get condition(): string {
    return this.conditions.length === 0 ? 'true' : this.conditions.join(' and ');
  }

  /** Runs the statement that `text` makes of the conditions. */
  run<Result extends object>(sql: Sql, text: (condition: string) => string): Promise<Result[]> {
    const statement: Statement = {
      name: [this.name, ...this.names].join('-').slice(0, 63),
      text: text(this.condition),
    };
    return sql.run<Result>(statement, this.values);
  }
}

/** Where a page of a list begins, and how much is wanted. */
export interface Page<Key> {
  readonly limit: number;
  /** Sort key of the last item of the page before. */
  readonly after?: Key;
}
