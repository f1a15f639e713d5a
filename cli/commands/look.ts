import type { Command } from 'commander';
import { whoDocument, type WhoDocument } from '../../core/contract/api/people.ts';
import { verificationDocument, type VerificationDocument } from '../../core/contract/api/verification.ts';
import type { Engine } from '../engine.ts';
import { CommandError, exitCode } from '../exit-codes.ts';
import type { Session } from '../session.ts';

/** `sluice verify`, `whoami`. */
export function addLookCommands(program: Command, session: Session): void {
  program
    .command('verify')
    .argument('<release>', 'such as orders-1.4.2-a1')
    .description("recompute the chain of a release's transitions; exit code 1 where a link is broken")
    .action(async (id: string) => {
      const { release, transitions, holds, hash, broken } = await verifyAll(await session.engine(), id);
      const document = {
        ...{ release, transitions, holds },
        ...(hash === undefined ? {} : { hash }),
        ...(broken === undefined ? {} : { broken }),
      };
      if (broken === undefined) {
        const told = `${id}: all ${transitions} transitions hold, up to ${hash ?? ''}`;
        session.output().result(document, () => told);
        return;
      }
      throw new CommandError(`${id}: the chain is broken. ${broken.sentence}`, exitCode.failed, {
        code: 'cli.chain-broken',
        ...document,
      });
    });

  program
    .command('whoami')
    .description('show who you are to IAM, and to the policy')
    .action(async () => {
      const answer = await (await session.engine()).call(whoDocument, 'GET', '/v1/whoami');
      session.output().result(answer, describeCaller);
    });
}

/** Part after part; the last, or the one with the broken link. */
async function verifyAll(engine: Engine, id: string): Promise<VerificationDocument> {
  const path = `/v1/releases/${encodeURIComponent(id)}/verification`;
  let part = await engine.call(verificationDocument, 'GET', path);
  while (part.next !== undefined) part = await engine.call(verificationDocument, 'GET', `${path}?after=${part.next}`);
  return part;
}

function describeCaller({ principal, person, groups }: WhoDocument): string {
  if (person === undefined) return `${principal}\nThe policy lists no person with this principal.`;
  return `${person.name} (${person.email}) as ${principal}\nGroups: ${groups.join(', ')}`;
}
