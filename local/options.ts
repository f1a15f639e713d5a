import { Command, InvalidArgumentError } from 'commander';
import type { Pace } from 'local-aws/clock';

/** The options of `npm start`. */
export interface StartOptions {
  readonly scenario: string;
  readonly pace: Pace;
  /** Approve without a person, and exit at the end. */
  readonly exit: boolean;
  /** One JSON document on standard output. */
  readonly json: boolean;
  readonly list: boolean;
  /** Folder of a service of one's own, which is released instead of the sample. */
  readonly service?: string;
  /** The policy to release it by; one to try with, when left out. */
  readonly policy?: string;
  /** With `service`: the folder that a build tool wrote, as for `sluice pack`. */
  readonly app?: string;
  /** With `service`: the stack of a CDK app that has several. */
  readonly stack?: string;
  /** Refuse resource types that the local AWS only records. */
  readonly strict: boolean;
  /** Output of `cdk synth` with the scenario's policy; synthesized at the start when left out. */
  readonly synthesized?: string;
}

/** @throws CommanderError; commander prints its own usage. */
export function readOptions(argv: readonly string[]): StartOptions {
  const command = new Command('npm start --')
    .exitOverride()
    .description('Runs the release engine and its targets on the local AWS and releases the sample service with it.')
    .option('--scenario <name>', 'the scenario to run; --list names them', 'promote')
    .option(
      '--speed <speed>',
      'how many times faster than real time the clock runs while everything waits, or "max" to jump',
      readPace,
      { times: 60 },
    )
    .option('--exit', "approve as the sample's approver, without a person, and exit at the end", false)
    .option('--json', 'print exactly one JSON document on standard output, everything else on standard error', false)
    .option('--list', 'list the scenarios', false)
    .option(
      '--service <folder>',
      'release the service of this folder (with its release.json) instead of the sample',
      readFolderName,
    )
    .option('--policy <file>', 'with --service: the policy to release it by, instead of one to try with')
    .option('--app <folder>', 'with --service: what "cdk synth" or "serverless package" wrote, as for "sluice pack"')
    .option('--stack <name>', 'with --service: the stack of a CDK app that has several')
    .option('--strict', 'refuse templates with resource types that the local AWS only records', false)
    .option('--synthesized <folder>', 'deploy the output of `cdk synth` in this folder, instead of synthesizing');
  const { speed, ...rest } = command
    .parse([...argv], { from: 'user' })
    .opts<Omit<StartOptions, 'pace'> & { readonly speed: Pace }>();
  if (rest.policy !== undefined && rest.service === undefined)
    command.error('error: --policy is for --service FOLDER: scenarios have policies of their own');
  if ((rest.app ?? rest.stack) !== undefined && rest.service === undefined)
    command.error('error: --app and --stack are for --service FOLDER: scenarios have services of their own');
  return { ...rest, pace: speed };
}

/** An option that follows without a value between is taken for the value. */
function readFolderName(text: string): string {
  if (text.startsWith('-')) throw new InvalidArgumentError('--service needs a folder behind it, such as --service .');
  return text;
}

function readPace(text: string): Pace {
  if (text === 'max') return 'max';
  const times = Number(text);
  if (Number.isFinite(times) && times >= 1) return times === 1 ? 'real' : { times };
  throw new InvalidArgumentError('Give a number of 1 or more, or "max".');
}
