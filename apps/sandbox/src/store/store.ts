import { Journal } from './journal.js';
import { Table } from './table.js';

/** The tables of one far side over one journal file. */
export class Store {
  private readonly journal: Journal;
  private readonly tables = new Map<string, Table<unknown>>();

  /** @param path journal file; without it the data lives in memory only */
  constructor(path?: string) {
    this.journal = new Journal(path);
  }

  /**
   * Declares a table. All tables are declared before `load`.
   * @param firstId where the ids that `newId` hands out begin
   */
  table<Row>(name: string, firstId = 1n): Table<Row> {
    const table = new Table<Row>(name, this.journal, firstId);
    this.tables.set(name, table as Table<unknown>);
    return table;
  }

  /** Reads the journal and writes it back without what was overwritten since. */
  async load(): Promise<void> {
    for (const line of this.journal.read()) this.tables.get(line[0])?.replay(line);
    await this.compact();
  }

  /** Forgets everything, on file too. */
  async clear(): Promise<void> {
    for (const table of this.tables.values()) table.clear();
    await this.compact();
  }

  /** Resolves when all changes were handed to the operating system. */
  flush(): Promise<void> {
    return this.journal.flush();
  }

  private async compact(): Promise<void> {
    await this.journal.rewrite([...this.tables.values()].flatMap((table) => [...table.lines()]));
  }
}
