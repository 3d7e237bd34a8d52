import type { ConnectionTest } from '@isthmus/api-contract';
import { word } from '../../command.js';
import type { CliCommand } from '../../command.js';
import { EXIT } from '../../exit-code.js';
import { path } from '../../hub/hub-client.js';
import { safeText } from '../../output/safe-text.js';

/** `isthmus connection test` */
export const testConnection: CliCommand = {
  usage: 'test <id>',
  text: {
    en: 'try the credentials, step by step (exit 1 when a step fails)',
    zh: '逐步检测凭据（有步骤失败时退出码为 1）',
  },
  async run(cli, call) {
    const answer = await cli.hub().post<ConnectionTest>(path`/connections/${word(call, 0)}/test`);
    cli.print(answer, () =>
      answer.steps
        .map(({ step, ok, message }) => {
          const mark = ok ? cli.colours.green('✓') : cli.colours.red('✗');
          return `${mark} ${safeText(step)}: ${safeText(cli.say(message))}\n`;
        })
        .join(''),
    );
    return answer.ok ? EXIT.ok : EXIT.failure;
  },
};
