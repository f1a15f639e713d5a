import { codeDeployApplicationName, deploymentGroupName } from '../../../core/contract/names.ts';
import { findAliases, type TemplateAlias } from '../../../core/template/aliases.ts';
import { refName } from '../../../core/template/template.ts';
import type { StackResource } from '../../../adapters/cloudformation/stack.ts';
import type { DeploymentGroup } from '../../../adapters/codedeploy/traffic-shift.ts';
import { keptTemplate } from '../template/kept-templates.ts';
import type { TargetContext } from '../target-context.ts';

/** The deployment group that moves an alias: the one its template names, or one of the engine's own. */
export interface AliasGroup extends DeploymentGroup {
  readonly own: boolean;
  readonly beforeHook?: string | undefined;
  readonly afterHook?: string | undefined;
}

/** The group of each alias that moves, by the alias's name in the template. */
export async function groupsOf(
  work: TargetContext,
  resources: readonly StackResource[],
): Promise<Map<string, AliasGroup>> {
  const moves = work.item.moves ?? [];
  if (moves.length === 0) return new Map();
  const aliases = findAliases(await keptTemplate(work, 'next'));
  return new Map(
    moves.map(({ alias }) => [
      alias,
      groupOf(
        work.item.stackName,
        alias,
        aliases.find(({ logicalId }) => logicalId === alias),
        resources,
      ),
    ]),
  );
}

function groupOf(
  stackName: string,
  alias: string,
  described: TemplateAlias | undefined,
  resources: readonly StackResource[],
): AliasGroup {
  const { application, group, beforeHook, afterHook } = described?.codeDeploy ?? {};
  const named = { application: nameOf(application, resources), group: nameOf(group, resources) };
  const hooks = { beforeHook: nameOf(beforeHook, resources), afterHook: nameOf(afterHook, resources) };
  if (named.application !== undefined && named.group !== undefined) {
    return { application: named.application, group: named.group, own: false, ...hooks };
  }
  return { application: codeDeployApplicationName, group: deploymentGroupName(stackName, alias), own: true, ...hooks };
}

// Text, or a reference to a resource of the stack.
function nameOf(value: unknown, resources: readonly StackResource[]): string | undefined {
  if (typeof value === 'string') return value;
  const name = refName(value);
  return resources.find(({ logicalId }) => logicalId === name)?.physicalId;
}
