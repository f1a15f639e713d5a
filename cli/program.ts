import { Command } from 'commander';
import { commandGroups, type CommandEntry } from './commands/all.ts';
import { exitCodeMeanings } from './exit-codes.ts';
import own from './package.json' with { type: 'json' };

/** The program with its global options, and no command. */
export function emptyProgram(): Command {
  return (
    new Command('sluice')
      .description('Releases serverless applications on AWS. Credentials and region come from the AWS environment.')
      .version(own.version, '--version')
      .option('--json', 'print one JSON document on standard output')
      .option('--endpoint <url>', 'another endpoint that offers AWS, as AWS_ENDPOINT_URL')
      .option('--region <region>', "the engine's region, as AWS_REGION")
      .option('--no-color', 'no colours, as NO_COLOR')
      .option('--profile <name>', 'a profile of the AWS configuration files, as AWS_PROFILE')
      // Errors are printed by `main`, in one way.
      .configureOutput({ outputError: () => undefined })
      .exitOverride()
  );
}

/**
 * The program that `sluice --help` shows: all commands by name, of which none is loaded. It calls `chosen` with the one that the
 * arguments name; their options are its own matter.
 */
export function outlineProgram(chosen: (entry: CommandEntry, args?: readonly string[]) => Promise<void>): Command {
  const outline: Command = emptyProgram()
    .configureHelp({ subcommandTerm: (command) => command.name() })
    .helpCommand(false)
    .addHelpText('after', `\nsluice <command> --help has options and examples of each.\n\nExit codes:\n${exitCodes()}`);
  for (const { heading, commands } of commandGroups) {
    outline.commandsGroup(`${heading}:`);
    for (const entry of commands)
      outline
        .command(entry.name)
        .description(entry.summary)
        .helpOption(false)
        .allowUnknownOption()
        .allowExcessArguments()
        .action(() => chosen(entry));
  }
  outline
    .command('help', { hidden: true })
    .argument('[command]')
    .action(async (name?: string) => {
      const entry = commandGroups.flatMap(({ commands }) => commands).find((one) => one.name === name);
      if (entry !== undefined) return chosen(entry, [entry.name, '--help']);
      if (name === undefined) outline.help();
      // It is refused as a command is that is not there, with the one that may be meant.
      await outline.parseAsync([name], { from: 'user' });
    });
  return outline;
}

function exitCodes(): string {
  return Object.entries(exitCodeMeanings)
    .map(([code, meaning]) => `  ${code}  ${meaning}`)
    .join('\n');
}
