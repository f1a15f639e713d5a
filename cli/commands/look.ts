import type { Command } from 'commander';
import { whoDocument, type WhoDocument } from '../../core/contract/api/people.ts';
import { verificationDocument, type VerificationDocument } from '../../core/contract/api/verification.ts';
import type { VerifiedDigests } from '../../core/ledger/digests/verify.ts';
import { verifyCopy } from '../digests/read-copy.ts';
import type { Engine } from '../engine.ts';
import { CommandError, exitCode } from '../exit-codes.ts';
import type { Session } from '../session.ts';

/** `sluice verify`, `whoami`. */
export function addLookCommands(program: Command, session: Session): void {
  program
    .command('verify')
    .argument('[release]', 'such as orders-1.4.2-a1; may be left out with --digests')
    .option('--digests <folder>', 'a copy of the bucket of digests, which is verified without the engine')
    .description("recompute the chain of a release's transitions, or of digests; exit code 1 where a link is broken")
    .action(async (id: string | undefined, { digests }: { readonly digests?: string }) => {
      const copy = digests === undefined ? undefined : await verifyCopy(digests);
      if (id !== undefined) return showRelease(session, id, copy);
      if (copy === undefined)
        throw new CommandError('Name a release, or a copy of the digests with --digests.', exitCode.badInput, {
          code: 'cli.verify-what',
        });
      showCopy(session, copy);
    });

  program
    .command('whoami')
    .description('show who you are to IAM, and to the policy')
    .action(async () => {
      const answer = await (await session.engine()).call(whoDocument, 'GET', '/v1/whoami');
      session.output().result(answer, describeCaller);
    });
}

async function showRelease(session: Session, id: string, copy: VerifiedDigests | undefined): Promise<void> {
  const { release, transitions, holds, hash, broken, digest } = await verifyAll(await session.engine(), id);
  const document = {
    ...{ release, transitions, holds },
    ...(hash === undefined ? {} : { hash }),
    ...(broken === undefined ? {} : { broken }),
    ...(digest === undefined ? {} : { digest }),
  };
  if (broken !== undefined)
    throw new CommandError(`${id}: the chain is broken. ${broken.sentence}`, exitCode.failed, {
      code: 'cli.chain-broken',
      ...document,
    });
  const listed = copy?.heads.get(release);
  if (listed !== undefined && (listed.hash !== hash || listed.transitions !== transitions)) {
    const sentence = `The copy of the digests has ${listed.transitions} transitions up to the hash ${listed.hash}, and the engine ${transitions} up to ${hash ?? ''}: one of them was rewritten.`;
    throw new CommandError(`${id}: ${sentence}`, exitCode.failed, {
      code: 'cli.digest-differs',
      ...document,
      holds: false,
      listed,
    });
  }
  const standing =
    copy === undefined ? standings[digest ?? 'none'] : standings[listed === undefined ? 'none' : 'agrees'];
  session
    .output()
    .result(document, () => `${id}: all ${transitions} transitions hold, up to ${hash ?? ''}\n${standing}`);
}

/** What people read of `digest`. */
const standings = {
  agrees: 'The digest that lists it has the same hash.',
  differs: 'The digest that lists it has another hash.',
  awaited: 'No digest lists it yet: the next one does, once it has ended.',
  none: 'No digest lists it: it ended before the engine wrote digests, or the engine cannot write them.',
} as const;

function showCopy(session: Session, { digests, heads, hash, unlisted }: VerifiedDigests): void {
  const more = unlisted.length === 0 ? '' : `\nIn no digest yet: ${unlisted.join(', ')}`;
  session
    .output()
    .result(
      { digests, releases: heads.size, holds: true, hash, unlisted },
      () => `All ${digests} digests of ${heads.size} releases hold, up to ${hash}${more}`,
    );
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
