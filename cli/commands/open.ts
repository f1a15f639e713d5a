import { platform } from 'node:process';
import type { Command } from 'commander';
import { sessionDocument } from '../../core/contract/api/documents.ts';
import { spellSeconds } from '../../core/values/duration.ts';
import { hasBrowser, openInBrowser } from '../browser.ts';
import { CommandError } from '../exit-codes.ts';
import type { Session } from '../session.ts';

interface Asked {
  readonly browser: boolean;
  readonly print?: true;
}

/** `sluice open`. */
export function addOpenCommand(program: Command, session: Session): void {
  program
    .command('open')
    .option('--no-browser', 'print the link, and open nothing; so does CI, and an output that is no terminal')
    .option('--print', 'as --no-browser')
    .description('open the pages in your browser, by a link that works once, within minutes')
    .action(async ({ browser, print }: Asked) => {
      const answer = await (await session.engine()).call(sessionDocument, 'POST', '/v1/sessions');
      const output = session.output();
      const { terminal } = output;
      const opens = browser && print !== true && hasBrowser({ terminal, environment: process.env, platform });
      const told = opens ? await opened(answer.url) : undefined;
      output.result(answer, ({ url, expiresInSeconds }) =>
        told === undefined ? url : `${told}\nThis link works once, within ${spellSeconds(expiresInSeconds)}:\n${url}`,
      );
    });
}

/** What became of it, in words. @throws CommandError */
async function opened(url: string): Promise<string> {
  try {
    await openInBrowser(url);
    return 'The pages open in your browser.';
  } catch (problem) {
    if (problem instanceof CommandError) throw problem;
    return `No browser could be opened (${problem instanceof Error ? problem.message : String(problem)}).`;
  }
}
