import { reservedResources, reservedStacks } from '../contract/owned.ts';
import type { ServiceNames } from './stack-names.ts';

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
