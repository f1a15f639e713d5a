import { functionNames } from '../contract/names.ts';
import type { ServiceNames } from './stack-names.ts';

/** Stacks of Sluice and of the CDK: whoever may change them may change what guards everybody else. */
const reservedStacks: readonly string[] = ['releaseengine', 'releasetarget-*', 'cdktoolkit'];

/** What Sluice's own resources are called, here and in the engine's account. */
const reservedResources: readonly string[] = [
  ...['sluice', 'sluice-target-*', 'sluice-assets-*', 'sluice-releases-*', 'sluice-ledger', 'sluice-reconciler'],
  ...['sluice-workflow', 'sluice-release', 'sluice-deploy-target', 'sluice-roll-back-target', 'sluice-alarms'],
  ...['sluice-pager', ...functionNames.map((name) => `sluice-${name}`)],
];

/** The first of a service's names that could be something of Sluice's; undefined where none is. */
export function reservedName({ stackName, resourceNames }: ServiceNames): string | undefined {
  if (reservedStacks.some((name) => overlap(name, stackName))) return stackName;
  return resourceNames.find((mine) => reservedResources.some((name) => overlap(name, mine)));
}

/** Is there a text that both match? Each is a name, or what names begin with and `*`; letters count alike, small or not. */
function overlap(one: string, other: string): boolean {
  const [a, b] = [one.toLowerCase(), other.toLowerCase()];
  const [left = '', ...openLeft] = a.split('*');
  const [right = '', ...openRight] = b.split('*');
  if (openLeft.length === 0 && openRight.length === 0) return left === right;
  if (openLeft.length === 0) return left.startsWith(right) && left.endsWith(openRight.join('*'));
  if (openRight.length === 0) return right.startsWith(left);
  return left.startsWith(right) || right.startsWith(left);
}
