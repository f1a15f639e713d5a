import { putTarget } from '../../../core/ledger/target.ts';
import { versionsToPrune } from '../../../core/release/prune-versions.ts';
import { readVersionArn } from '../../../core/template/moves.ts';
import type { TargetContext } from '../target-context.ts';

const mostNamed = 20;

/**
 * Deletes old versions of the functions whose aliases the release moves, or could have moved. It spares what an alias names, what a
 * rollback of this release goes back to, what is a resource of the stack, and the newest ones. A good release does not depend on it: what
 * cannot be deleted is told with `settled`, and tried again by the next release.
 */
export async function pruneVersions(work: TargetContext): Promise<TargetContext> {
  const { item, planned, services } = work;
  const { keepVersions: keep } = planned;
  if (keep === undefined || item.pruned !== undefined) return work;
  const functions = [...(item.moves ?? []), ...(item.rollbackPoint?.aliases ?? [])].map((one) => one.functionName);
  const pruned: string[] = [];
  for (const functionName of new Set(functions)) pruned.push(...(await pruneFunction(work, functionName, keep)));
  const known = { ...item, pruned: pruned.slice(0, mostNamed) };
  await services.ledger.write([putTarget(known)]);
  return { ...work, item: known };
}

async function pruneFunction(work: TargetContext, functionName: string, keep: number): Promise<readonly string[]> {
  const { functions } = work.target;
  try {
    const published = await functions.versions(functionName);
    const needed = new Set([...neededHere(work, functionName), ...(await functions.versionsOfAliases(functionName))]);
    const inStack = published.length > keep ? await stackVersions(work) : [];
    const old = versionsToPrune({ published, needed: new Set([...needed, ...inStack]), keep });
    for (const version of old) await functions.deleteVersion(functionName, version);
    return old.map((version) => `${functionName}:${version}`);
  } catch (problem) {
    return [`${functionName}: not pruned (${problem instanceof Error ? problem.name : 'unknown'})`];
  }
}

/** What this release moves from and to. */
function neededHere({ item }: TargetContext, functionName: string): string[] {
  const moves = (item.moves ?? []).filter((move) => move.functionName === functionName);
  const before = (item.rollbackPoint?.aliases ?? []).filter((alias) => alias.functionName === functionName);
  return [...moves.flatMap(({ from, to }) => [from ?? '', to]), ...before.map(({ version = '' }) => version)];
}

/** Numbers of the stack's versions, whichever function they are of: CloudFormation has them as resources. */
async function stackVersions({ target, item }: TargetContext): Promise<string[]> {
  const resources = await target.stacks.resources(item.stackName);
  return resources.flatMap(({ type, physicalId }) =>
    type === 'AWS::Lambda::Version' ? (readVersionArn(physicalId) ?? []) : [],
  );
}
