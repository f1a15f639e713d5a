import type { Command } from 'commander';
import { actionDocument, demandDocument } from '../../core/contract/api/actions.ts';
import type { ReleaseAction } from '../../core/release/actions/action.ts';
import { reasonOption } from '../reason-option.ts';
import type { Session } from '../session.ts';

/** What a person may do to a release, and the command's description. */
const actions: readonly (readonly [ReleaseAction, string])[] = [
  ['cancel', 'stop a release wherever it is; what it has changed, and not proven, is rolled back'],
  ['continue', 'end the bake or the monitoring of a release now; what was seen until then is judged'],
];

/** `sluice cancel`, `continue`, `retry`, `rollback`, `promote`. */
export function addReleaseActionCommands(program: Command, session: Session): void {
  for (const [action, description] of actions) {
    program
      .command(action)
      .argument('<release>', 'such as orders-1.4.2-a1')
      .addOption(reasonOption().makeOptionMandatory())
      .description(`${description}; as your own IAM identity`)
      .action(async (release: string, { reason }: { reason: string }) => {
        const path = `/v1/releases/${encodeURIComponent(release)}/${action}`;
        const answer = await (await session.engine()).call(actionDocument, 'POST', path, { reason });
        session.output().result(answer, ({ follows }) => follows);
      });
  }

  program
    .command('retry')
    .argument('<release>', 'such as orders-1.4.2-a1')
    .addOption(reasonOption().makeOptionMandatory())
    .description('release the same artifact again, where the release has not passed; as your own IAM identity')
    .action((release: string, { reason }: { reason: string }) =>
      demand(session, `/v1/releases/${encodeURIComponent(release)}/retry`, { reason }),
    );

  program
    .command('rollback')
    .argument('<service>')
    .argument('<environment>')
    .option('--to <version>', 'the version to bring back; the one that served before when left out')
    .addOption(reasonOption().makeOptionMandatory())
    .description('bring back what served before, by cancelling what is under way or by releasing it again')
    .action((service: string, environment: string, { to, reason }: { to?: string; reason: string }) =>
      demand(session, `${pathOf(service, environment)}/rollback`, {
        ...(to === undefined ? {} : { version: to }),
        reason,
      }),
    );

  program
    .command('promote')
    .argument('<service>')
    .argument('<version>')
    .requiredOption('--to <environment>', 'where it is brought')
    .option('--hotfix', 'pass over environments that it has not proven itself in, where the policy allows it')
    .addOption(reasonOption().makeOptionMandatory())
    .description('release an artifact that passed the earlier environments in the next one, later')
    .action((service: string, version: string, choice: { to: string; hotfix?: true; reason: string }) =>
      demand(session, `${pathOf(service, choice.to)}/promote`, {
        ...{ version, reason: choice.reason },
        ...(choice.hotfix === true ? { hotfix: true } : {}),
      }),
    );
}

async function demand(session: Session, path: string, body: object): Promise<void> {
  const answer = await (await session.engine()).call(demandDocument, 'POST', path, body);
  session.output().result(answer, ({ follows }) => follows);
}

function pathOf(service: string, environment: string): string {
  return `/v1/environments/${encodeURIComponent(service)}/${encodeURIComponent(environment)}`;
}
