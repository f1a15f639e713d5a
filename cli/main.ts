#!/usr/bin/env node
import { CommanderError } from 'commander';
import type { CommandEntry } from './commands/all.ts';
import { CommandError, exitCode } from './exit-codes.ts';
import { emptyProgram, outlineProgram } from './program.ts';

// The SDK's warning about future Node.js versions does not concern users; package.json has the versions that Sluice supports.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';

// The reader has closed the pipe: `sluice list | head`.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : exitCode.failed));

/** Whose options or arguments are wrong: its help has them. */
let called = 'sluice';
try {
  await outlineProgram(run).parseAsync(process.argv);
} catch (error) {
  process.exitCode = await report(error);
}

/** Loads one command, and runs it by the same arguments. */
async function run({ name, load }: CommandEntry, args: readonly string[] = process.argv.slice(2)): Promise<void> {
  const [add, { createSession }, { addExamples }] = await Promise.all([
    load(),
    import('./session.ts'),
    import('./commands/examples.ts'),
  ]);
  const program = emptyProgram();
  const session = createSession(program);
  add(program, session);
  addExamples(program.commands);
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) called = `sluice ${name}`;
    if (!(error instanceof CommandError)) throw error;
    const { withHint } = await import('./hints.ts');
    throw await withHint(error, () => session.engine());
  }
}

async function report(error: unknown): Promise<number> {
  const usage = error instanceof CommanderError;
  // Help or version was requested, or there was no command and help was printed.
  if (usage && error.exitCode === 0) return exitCode.ok;
  if (usage && error.code === 'commander.help') return exitCode.badInput;
  const { visibleJson, visibleLines } = await import('../core/values/text.ts');
  const message = (error instanceof Error ? error.message : String(error)).replace(/^error: /, '');
  const details = error instanceof CommandError ? error.details : { code: usage ? 'cli.usage' : 'cli.unexpected' };
  const sentence = `${withCode(message, details.code)}${usage ? `\nSee "${called} --help".` : ''}`;
  const json = process.argv.includes('--json');
  process.stderr.write(`${json ? visibleJson({ error: message, ...details }) : visibleLines(sentence)}\n`);
  if (usage) return exitCode.badInput;
  return error instanceof CommandError ? error.exitCode : exitCode.failed;
}

/** The sentence with its code, by which it is found in docs/cli.md. What is listed after a colon has codes of its own. */
function withCode(message: string, code: string): string {
  const [first = '', ...more] = message.split('\n');
  return [first.endsWith(':') ? first : `${first} [${code}]`, ...more].join('\n');
}
