import { putTarget } from '../../../core/ledger/target.ts';
import { numbersSpelledOut, versionsToPrune } from '../../../core/release/prune-versions.ts';
import { readVersionArn } from '../../../core/template/moves.ts';
import { keptTemplate } from '../template/kept-templates.ts';
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
  const pruned: string[] = [];
  try {
    const published = await functions.versions(functionName);
    const needed = new Set([...neededHere(work, functionName), ...(await functions.versionsOfAliases(functionName))]);
    const inStack = published.length > keep ? await stackVersions(work) : [];
    const old = versionsToPrune({ published, needed: new Set([...needed, ...inStack]), keep });
    for (const version of old) {
      await functions.deleteVersion(functionName, version);
      pruned.push(`${functionName}:${version}`);
    }
    return pruned;
  } catch (problem) {
    return [...pruned, `${functionName}: not pruned (${problem instanceof Error ? problem.name : 'unknown'})`];
  }
}

/** What this release moves from and to. */
function neededHere({ item }: TargetContext, functionName: string): string[] {
  const moves = (item.moves ?? []).filter((move) => move.functionName === functionName);
  const before = (item.rollbackPoint?.aliases ?? []).filter((alias) => alias.functionName === functionName);
  return [...moves.flatMap(({ from, to }) => [from ?? '', to]), ...before.map(({ version = '' }) => version)];
}

/** What the stack calls by number, whichever function it is of: its version resources, and ARNs that its template spells out. */
async function stackVersions(work: TargetContext): Promise<readonly string[]> {
  const { target, item } = work;
  const resources = await target.stacks.resources(item.stackName);
  const own = resources.flatMap(({ type, physicalId }) =>
    type === 'AWS::Lambda::Version' ? (readVersionArn(physicalId) ?? []) : [],
  );
  return [...own, ...numbersSpelledOut(await keptTemplate(work, 'next'))];
}
