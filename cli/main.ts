import { Command, CommanderError } from 'commander';
import { addApprovalCommands } from './commands/approvals.ts';
import { addArtifactCommands } from './commands/artifacts.ts';
import { addReleaseCommands } from './commands/releases.ts';
import { CommandError, exitCode } from './exit-codes.ts';
import { createSession } from './session.ts';

const program = new Command('sluice')
  .description(
    'Packs, drops, watches and approves releases. AWS credentials and region come from the standard AWS environment.',
  )
  .option('--json', 'print one JSON document on standard output')
  .option('--endpoint <url>', 'another endpoint that offers AWS, as AWS_ENDPOINT_URL')
  .option('--region <region>', "the engine's region, as AWS_REGION")
  .exitOverride();
const session = createSession(program);
addArtifactCommands(program, session);
addReleaseCommands(program, session);
addApprovalCommands(program, session);

try {
  await program.parseAsync(process.argv);
} catch (error) {
  process.exitCode = report(error);
}

function report(error: unknown): number {
  // Commander has printed its usage or help already.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.ok : exitCode.badInput;
  const message = error instanceof Error ? error.message : String(error);
  const details = error instanceof CommandError ? error.details : {};
  const json = program.opts<{ json?: true }>().json === true;
  process.stderr.write(json ? `${JSON.stringify({ error: message, ...details })}\n` : `${message}\n`);
  return error instanceof CommandError ? error.exitCode : exitCode.failed;
}
