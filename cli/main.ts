import { Command, CommanderError } from 'commander';
import { visibleJson, visibleLines } from '../core/values/text.ts';
import { addAdoptCommand } from './commands/adopt.ts';
import { addApprovalCommands } from './commands/approvals.ts';
import { addArtifactCommands } from './commands/artifacts.ts';
import { addCheckCommand } from './commands/check.ts';
import { addEnvironmentCommands } from './commands/environments.ts';
import { addEvidenceCommand } from './commands/evidence.ts';
import { addInitCommand } from './commands/init.ts';
import { addLiveCommand } from './commands/live.ts';
import { addPlanCommand } from './commands/plan.ts';
import { addReleaseActionCommands } from './commands/release-actions.ts';
import { addReleaseCommands } from './commands/releases.ts';
import { addLookCommands } from './commands/look.ts';
import { addServiceCommands } from './commands/services.ts';
import { CommandError, exitCode } from './exit-codes.ts';
import own from './package.json' with { type: 'json' };
import { createSession } from './session.ts';

const program = new Command('sluice')
  .description(
    'Drafts manifests, packs, drops, watches and approves releases. AWS credentials and region come from the standard AWS environment.',
  )
  .version(own.version, '--version')
  .option('--json', 'print one JSON document on standard output')
  .option('--endpoint <url>', 'another endpoint that offers AWS, as AWS_ENDPOINT_URL')
  .option('--region <region>', "the engine's region, as AWS_REGION")
  .option('--profile <name>', 'a profile of the AWS configuration files, as AWS_PROFILE')
  // Errors are printed below, in one way.
  .configureOutput({ outputError: () => undefined })
  .exitOverride();
const session = createSession(program);
addInitCommand(program, session);
addAdoptCommand(program, session);
addArtifactCommands(program, session);
addCheckCommand(program, session);
addPlanCommand(program, session);
addReleaseCommands(program, session);
addLiveCommand(program, session);
addLookCommands(program, session);
addServiceCommands(program, session);
addEvidenceCommand(program, session);
addApprovalCommands(program, session);
addEnvironmentCommands(program, session);
addReleaseActionCommands(program, session);

// The reader has closed the pipe: `sluice list | head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) =>
  process.exit(error.code === 'EPIPE' ? 0 : exitCode.failed),
);

try {
  await program.parseAsync(process.argv);
} catch (error) {
  process.exitCode = report(error);
}

function report(error: unknown): number {
  const usage = error instanceof CommanderError;
  // Help or version was requested, or there was no command and help was printed.
  if (usage && error.exitCode === 0) return exitCode.ok;
  if (usage && error.code === 'commander.help') return exitCode.badInput;
  const message = (error instanceof Error ? error.message : String(error)).replace(/^error: /, '');
  const sentence = usage ? `${message}\nSee "sluice --help".` : message;
  const details = error instanceof CommandError ? error.details : {};
  const json = process.argv.includes('--json');
  process.stderr.write(`${json ? visibleJson({ error: message, ...details }) : visibleLines(sentence)}\n`);
  if (usage) return exitCode.badInput;
  return error instanceof CommandError ? error.exitCode : exitCode.failed;
}
