import type { Wording } from '@isthmus/api-contract';
import pico from 'picocolors';
import { hubAddress, sendsKeyInClear } from './hub/hub-address.js';
import type { HubAddress } from './hub/hub-address.js';
import { HubClient } from './hub/hub-client.js';
import { inLanguage } from './language.js';
import type { Language } from './language.js';
import { jsonText } from './output/safe-text.js';
import { tableText } from './output/table.js';
import type { Column } from './output/table.js';
import type { Terminal } from './terminal.js';

/** Options that every command takes. */
export interface CommonOptions {
  readonly output?: 'table' | 'json';
  readonly json?: boolean;
  readonly url?: string;
  readonly quiet?: boolean;
  readonly color?: boolean;
}

/** What a command has at hand during one call: the hub, the language, and where its output goes. */
export class Cli {
  readonly colours: ReturnType<typeof pico.createColors>;
  private client: HubClient | undefined;

  constructor(
    readonly terminal: Terminal,
    readonly language: Language,
    private readonly options: CommonOptions,
  ) {
    this.colours = pico.createColors(terminal.hasColours && options.color !== false);
  }

  /** The text in the language of the call. */
  readonly say = (wording: Wording): string => inLanguage(this.language, wording);

  /** Where the hub is. */
  address(): HubAddress {
    return hubAddress(this.options.url, this.terminal.environment);
  }

  /** The hub; warns once when the key would be readable on the way. */
  hub(): HubClient {
    if (this.client) return this.client;
    const address = this.address();
    if (sendsKeyInClear(address))
      this.hint({
        en: `Warning: the API key travels unencrypted to ${address.url}; use https.`,
        zh: `警告：API 密钥将以明文发送到 ${address.url}，请使用 https。`,
      });
    this.client = new HubClient(address, this.language);
    return this.client;
  }

  /** Says something to the person, beside the data. */
  hint(wording: Wording): void {
    if (!this.options.quiet) this.terminal.err(`${this.colours.dim(this.say(wording))}\n`);
  }

  /** Whether JSON was asked for. */
  get wantsJson(): boolean {
    return this.options.json === true || this.options.output === 'json';
  }

  /** Data as a table for people, as JSON for scripts: a pipe or a file gets JSON unless a table was asked for. */
  print(data: unknown, text: () => string): void {
    const json = this.wantsJson || (this.options.output === undefined && !this.terminal.isInteractive);
    this.terminal.out(json ? jsonText(data) : text());
  }

  /** Line by line output, which scripts read as it is: JSON only when asked for. */
  printLines(data: unknown, text: () => string): void {
    this.terminal.out(this.wantsJson ? jsonText(data) : text());
  }

  /** Rows as aligned text. */
  table<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
    return tableText(columns, rows, { say: this.say, head: this.colours.bold });
  }
}
