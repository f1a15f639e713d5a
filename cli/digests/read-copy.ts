import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { digestPrefix, sealedHeadPrefix } from '../../core/ledger/digests/document.ts';
import { type VerifiedDigests, verifyDigests } from '../../core/ledger/digests/verify.ts';
import { CommandError, exitCode } from '../exit-codes.ts';

/**
 * Verifies a copy of the bucket of digests, without AWS. @param folder as `aws s3 sync` made it
 * @throws CommandError where there is no copy, or where it does not hold
 */
export async function verifyCopy(folder: string): Promise<VerifiedDigests> {
  const verified = verifyDigests(await readCopy(folder));
  const { broken, digests, heads } = verified;
  if (broken === undefined) return verified;
  throw new CommandError(
    `${path.join(folder, broken.object)}: the chain of digests is broken. ${broken.sentence}`,
    exitCode.failed,
    { code: 'cli.digests-broken', digests, releases: heads.size, holds: false, broken },
  );
}

async function readCopy(folder: string): Promise<ReadonlyMap<string, string>> {
  const objects = new Map<string, string>();
  for (const prefix of [digestPrefix, sealedHeadPrefix])
    for (const name of await namesIn(path.join(folder, prefix)))
      objects.set(`${prefix}${name}`, await readFile(path.join(folder, prefix, name), 'utf8'));
  return objects;
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isFile()).map(({ name }) => name);
  } catch {
    throw new CommandError(
      `There is no folder ${folder}: --digests takes a copy of the bucket of digests, as "aws s3 sync s3://sluice-digests-<account>-<region> <folder>" makes it.`,
      exitCode.badInput,
      { code: 'cli.folder-missing' },
    );
  }
}
