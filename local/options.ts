import { Command, InvalidArgumentError } from 'commander';
import type { Pace } from 'local-aws/clock';

/** What `npm start` was asked for. */
export interface StartOptions {
  readonly scenario: string;
  readonly pace: Pace;
  /** Approve by itself and end. */
  readonly exit: boolean;
  /** One JSON document on standard output. */
  readonly json: boolean;
  readonly list: boolean;
  /** A folder that `cdk synth` filled with the scenario's policy; synthesized anew where it is left out. */
  readonly synthesized?: string;
}

/** @throws CommanderError; commander prints its own usage. */
export function readOptions(argv: readonly string[]): StartOptions {
  const command = new Command('npm start --')
    .description('Runs the release engine and its targets on the local AWS and releases the sample service with it.')
    .option('--scenario <name>', 'what happens; --list names them', 'promote')
    .option(
      '--speed <speed>',
      'how many times faster than real time the clock runs while everything waits, or "max" to jump',
      readPace,
      { times: 60 },
    )
    .option('--exit', "approve by itself as the sample's approver, and end", false)
    .option('--json', 'print exactly one JSON document on standard output, everything else on standard error', false)
    .option('--list', 'list the scenarios', false)
    .option('--synthesized <folder>', 'deploy the stacks that `cdk synth` left there, instead of synthesizing them');
  const { speed, ...rest } = command
    .parse([...argv], { from: 'user' })
    .opts<Omit<StartOptions, 'pace'> & { readonly speed: Pace }>();
  return { ...rest, pace: speed };
}

function readPace(text: string): Pace {
  if (text === 'max') return 'max';
  const times = Number(text);
  if (Number.isFinite(times) && times >= 1) return times === 1 ? 'real' : { times };
  throw new InvalidArgumentError('a number of 1 or more, or "max".');
}
