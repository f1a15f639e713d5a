import type { Fields } from './model/values.ts';

/** CloudFormation's limit of the arguments of `Fn::Or`. */
const MOST = 10;

/** Conditions that together say whether any of `names` holds, the last of them called `name`. */
export function orCondition(name: string, names: readonly string[]): Fields {
  let left = [...names];
  let further = Math.floor((left.length - 2) / (MOST - 1));
  const made: Fields = {};
  while (left.length > 1) {
    const one = further > 0 ? `${name}${further}` : name;
    further -= 1;
    made[one] = { 'Fn::Or': left.slice(0, MOST).map((Condition) => ({ Condition })) };
    left = [...left.slice(MOST), one];
    if (further < 0 && left.length === 1) break;
  }
  return made;
}
