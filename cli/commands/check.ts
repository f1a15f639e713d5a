import path from 'node:path';
import type { Command } from 'commander';
import { check } from '../check/check.ts';
import { describeReport } from '../check/describe.ts';
import { readPolicyFrom } from '../check/read-policy.ts';
import { CommandError, exitCode } from '../exit-codes.ts';
import type { PackOptions } from '../pack/pack.ts';
import type { Session } from '../session.ts';

/** `sluice check`. */
export function addCheckCommand(program: Command, session: Session): void {
  program
    .command('check')
    .argument('[path]', 'an artifact, or a folder as for "pack"', '.')
    .option(
      '--policy <file>',
      "the platform team's policy.json; without it, the defaults of a new engine: staging, then production by canary",
    )
    .option('--root <folder>', 'as for "pack"')
    .option('--app <folder>', 'as for "pack"')
    .option('--stack <name>', 'as for "pack"')
    .description(
      'tell everything that would keep an artifact from being released, by the rules of the engine; asks nothing of AWS',
    )
    .action((file: string, { policy, ...options }: PackOptions & { readonly policy?: string }) => {
      const rules = policy === undefined ? undefined : readPolicyFrom(policy, new Date().toISOString());
      const report = check(file, rules, options);
      session.output().result(report, describeReport);
      const { length } = report.obstacles;
      if (length === 0) return;
      const sentence = `${nameOf(file)} cannot be released: ${length} ${length === 1 ? 'obstacle' : 'obstacles'}.`;
      throw new CommandError(sentence, exitCode.rejected, { code: 'cli.would-be-rejected', obstacles: length });
    });
}

/** A folder by its own name, however it was said. */
function nameOf(file: string): string {
  return path.basename(path.resolve(file));
}
