import { appendFile, mkdir, rename, writeFile } from 'node:fs/promises';
import { existsSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** One line of a journal: table, id, row (null = removed), moment of the change in epoch milliseconds. */
export type JournalLine = readonly [table: string, id: string, row: unknown, at: number];

/**
 * An append-only file of changes, one JSON line each. Lines are gathered and written together; nothing is synced to
 * disk per line, because a sandbox may lose its last few milliseconds when it is killed.
 */
export class Journal {
  private pending: string[] = [];
  private writing: Promise<void> = Promise.resolve();
  private scheduled = false;

  /** @param path file of this journal; without it nothing is kept */
  constructor(private readonly path: string | undefined) {}

  /** Adds one change. Returns at once. */
  write(line: JournalLine): void {
    if (this.path === undefined) return;
    this.pending.push(JSON.stringify(line));
    if (this.scheduled) return;
    this.scheduled = true;
    setImmediate(() => void this.flush());
  }

  /** Resolves when everything that was written so far has been handed to the operating system. */
  flush(): Promise<void> {
    this.scheduled = false;
    const path = this.path;
    if (path === undefined || this.pending.length === 0) return this.writing;
    const text = `${this.pending.join('\n')}\n`;
    this.pending = [];
    this.writing = this.writing.then(() => appendFile(path, text));
    return this.writing;
  }

  /** All lines on file, oldest first. A line torn by a kill in mid-write is left out. */
  read(): JournalLine[] {
    if (this.path === undefined || !existsSync(this.path)) return [];
    const lines: JournalLine[] = [];
    for (const text of readFileSync(this.path, 'utf8').split('\n')) {
      const line = parseLine(text);
      if (line !== undefined) lines.push(line);
    }
    return lines;
  }

  /** Replaces the file by these lines, in one rename. */
  async rewrite(lines: Iterable<JournalLine>): Promise<void> {
    const path = this.path;
    if (path === undefined) return;
    await this.flush();
    await mkdir(dirname(path), { recursive: true });
    const text = [...lines].map((line) => `${JSON.stringify(line)}\n`).join('');
    await writeFile(`${path}.new`, text);
    await rename(`${path}.new`, path);
  }
}

function parseLine(text: string): JournalLine | undefined {
  if (text === '') return undefined;
  try {
    return JSON.parse(text) as JournalLine;
  } catch {
    return undefined;
  }
}
