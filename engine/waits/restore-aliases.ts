import type { TargetWait } from './target-wait.ts';

/**
 * Points every alias back to the version it served before the change, alone. CodeDeploy has done so for those it was moving;
 * this makes it certain.
 * @returns what was moved: `sluice-orders-production-Orders:live from 5 to 4`
 */
export async function restoreAliases({ item, target }: Pick<TargetWait, 'item' | 'target'>): Promise<string[]> {
  const moved: string[] = [];
  for (const { functionName, aliasName, version } of item.rollbackPoint?.aliases ?? []) {
    if (version === undefined) continue;
    const now = await target.functions.alias(functionName, aliasName);
    if (now === undefined || (now.version === version && Object.keys(now.weights).length === 0)) continue;
    await target.functions.pointAlias(functionName, aliasName, version);
    const weights = Object.entries(now.weights).map(
      ([other, weight]) => ` and ${other} (${Math.round(weight * 100)} %)`,
    );
    moved.push(`${functionName}:${aliasName} from ${now.version}${weights.join('')} to ${version}`);
  }
  return moved;
}

/** Is moving an alias forbidden? Then a retry is no use, and a person is needed at once. */
export function isForbidden(problem: unknown): problem is Error {
  return problem instanceof Error && /^(AccessDenied|AccessDeniedException|Forbidden)$/.test(problem.name);
}
