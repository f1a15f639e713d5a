import type { Command } from 'commander';
import { actionDocument } from '../../core/contract/api/documents.ts';
import type { ReleaseAction } from '../../core/release/actions/action.ts';
import type { Session } from '../session.ts';

/** What a person may do to a release, and the command's description. */
const actions: readonly (readonly [ReleaseAction, string])[] = [
  ['cancel', 'stop a release wherever it is; what it has changed, and not proven, is rolled back'],
  ['continue', 'end the bake or the monitoring of a release now; what was seen until then is judged'],
];

/** `sluice cancel`, `continue`. */
export function addReleaseActionCommands(program: Command, session: Session): void {
  for (const [action, description] of actions) {
    program
      .command(action)
      .argument('<release>', 'such as orders-1.4.2-a1')
      .requiredOption('--reason <text>', 'kept in the ledger')
      .description(`${description}; as your own IAM identity`)
      .action(async (release: string, { reason }: { reason: string }) => {
        const path = `/v1/releases/${encodeURIComponent(release)}/${action}`;
        const answer = await (await session.engine()).call(actionDocument, 'POST', path, { reason });
        session.output().result(answer, ({ follows }) => follows);
      });
  }
}
