import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { IAMClient } from '@aws-sdk/client-iam';
import type { Command } from 'commander';
import type { AdoptionDraft } from '../../core/manifest/draft/adopt.ts';
import { adopt, type AdoptOptions } from '../adopt/adopt.ts';
import type { Session } from '../session.ts';

/** `sluice adopt`. */
export function addAdoptCommand(program: Command, session: Session): void {
  program
    .command('adopt')
    .argument('<stack>', 'a stack that is there already')
    .option('--service <name>', 'the service that it becomes; from the name of the stack when left out')
    .option('--environment <name>', 'the environment that it is', 'production')
    .option('--author <text>', 'who makes the manifest, such as "Ada <ada@example.com>"; from git when left out')
    .description(
      'say what it takes to release a stack that is there already, and draft its manifest and policy; changes nothing',
    )
    .action(async (name: string, options: AdoptOptions) => {
      const settings = await session.aws();
      const clients = { cloudFormation: new CloudFormationClient(settings), iam: new IAMClient(settings) };
      session.output().result(await adopt(clients, name, options), describe);
    });
}

function describe({ found, obstacles, changes, notes, manifest, policy }: AdoptionDraft): string {
  const listed = (title: string, lines: readonly string[]): string[] =>
    lines.length === 0 ? [] : [title, ...lines.map((line) => `- ${line}`)];
  return [
    found,
    ...listed('What keeps its first release out:', obstacles),
    ...listed('What its first release changes besides what it brings:', changes),
    ...listed('To know:', notes),
    'release.json, beside the template that it was made from:',
    JSON.stringify(manifest, undefined, 2),
    'Into policy.json, by the platform team:',
    JSON.stringify(policy, undefined, 2),
  ].join('\n');
}
