import type { TargetWait } from './outcome.ts';

/**
 * Points every alias back to the version it served before the change, alone. CodeDeploy has done so for those it was moving;
 * this makes it certain.
 */
export async function restoreAliases({ item, target }: Pick<TargetWait, 'item' | 'target'>): Promise<void> {
  for (const { functionName, aliasName, version } of item.rollbackPoint?.aliases ?? []) {
    if (version === undefined) continue;
    const now = await target.functions.alias(functionName, aliasName);
    if (now === undefined || (now.version === version && Object.keys(now.weights).length === 0)) continue;
    await target.functions.pointAlias(functionName, aliasName, version);
  }
}
