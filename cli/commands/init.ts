import type { Command } from 'commander';
import { init, type InitOptions } from '../init/init.ts';
import { personAtTerminal } from '../init/terminal.ts';
import type { Session } from '../session.ts';

/** `sluice init`. */
export function addInitCommand(program: Command, session: Session): void {
  program
    .command('init')
    .argument('[folder]', 'holds the template', '.')
    .option('-y, --yes', 'ask nothing; so does a run without a terminal')
    .option('--force', 'write a release.json that is there anew')
    .option('--service <name>', 'what is released, such as orders; from package.json or the folder when left out')
    .option('--author <text>', 'who made it, such as "Ada <ada@example.com>"; from git when left out')
    .option('--template <file>', 'the template, where the folder has several')
    .option('--app <folder>', 'as for "pack"')
    .option(
      '--stack <name>',
      'as for "pack"; release.json names its template, so that "pack" and "check" take the same',
    )
    .description('draft release.json from the template, package.json and git')
    .action(async (folder: string, { yes, ...options }: InitOptions & { yes?: boolean }) => {
      const begun = await init(folder, options, yes === true ? undefined : personAtTerminal());
      session
        .output()
        .result(begun, ({ found, files, summary, notes }) =>
          [found, `Wrote ${files.join(' and ')}: ${summary}.`, ...notes].join('\n'),
        );
    });
}
