import { LONGEST_SESSION_POLICY, sessionPolicy } from '../contract/session-policy.ts';
import { executionRoleName, roleArn, targetRoleName } from '../contract/names.ts';
import { problem, type Problem } from '../values/problems.ts';
import { parseTarget } from '../values/identifiers.ts';
import { type Entry, isPattern, keyPrefix } from './entries.ts';
import { reservedName } from './reserved-names.ts';
import { nameOverlaps, stackCollisions } from './stack-collisions.ts';
import { namesOf, type PolicyNames, targetsOf } from './stack-names.ts';

/** CloudFormation takes no longer name. */
const LONGEST_STACK_NAME = 128;
/** A service has at most so many characters. */
const LONGEST_SERVICE = 30;

/** What is wrong with the names that the entries give to stacks and resources. */
export function stackProblems({ services, environments }: PolicyNames): Problem[] {
  // One that a service names twice is told of as that.
  const once = Object.entries(services).map(([key, entry]): [string, Entry] => [
    key,
    { ...entry, environments: [...new Set(entry.environments)] },
  ]);
  const policy = { services: Object.fromEntries(once), environments };
  const problems = Object.entries(policy.services).flatMap(([key, entry]) => [
    ...placeholderProblems(policy, key, entry),
    ...entry.environments.flatMap((environment) => [
      ...shapeProblems(key, entry, environment),
      ...lengthProblems(policy, key, entry, environment),
    ]),
  ]);
  // Names that are wrong in themselves would be told of twice.
  if (problems.length > 0) return problems;
  const collisions = stackCollisions(policy);
  return collisions.length > 0 ? collisions : nameOverlaps(policy);
}

function placeholderProblems(policy: PolicyNames, key: string, { stack, environments }: Entry): Problem[] {
  const path = `services.${key}.stack`;
  const found: Problem[] = [];
  if (isPattern(key) && !stack.includes('{service}')) {
    const sentence = `"${path}" must contain {service}, because "${key}" stands for many services: write for example "${stack}-{service}".`;
    found.push(problem('policy.stack-without-service', path, sentence));
  }
  const shared = stack.includes('{environment}') ? undefined : sharedTarget(policy, environments);
  if (shared !== undefined) {
    const [one, other, target] = shared;
    const sentence = `"${path}" must contain {environment}, because "${one}" and "${other}" are both released into ${target}: write for example "${stack}-{environment}".`;
    found.push(problem('policy.stack-without-environment', path, sentence));
  }
  return found;
}

/** Names that may begin with anything, and names that are Sluice's. */
function shapeProblems(key: string, entry: Entry, environment: string): Problem[] {
  const open = namesOf(entry, key, environment).resourceNames.filter((name) => name.startsWith('*'));
  if (open.length > 0) {
    const sentence = `"services.${key}" lets resources in "${environment}" be called anything (${open.join(', ')}): put some text of your own in front of {service} in "stack" and "names".`;
    return [problem('policy.names-open', `services.${key}`, sentence)];
  }
  const example = isPattern(key) ? `${keyPrefix(key)}x` : key;
  const reserved = reservedName(namesOf(entry, example, environment));
  if (reserved === undefined) return [];
  const sentence = `"services.${key}" gives resources in "${environment}" names that are Sluice's own (${reserved}): choose another "stack" or other "names".`;
  return [problem('policy.name-reserved', `services.${key}`, sentence)];
}

/** Holds for every service and target there can be. */
function lengthProblems(policy: PolicyNames, key: string, entry: Entry, environment: string): Problem[] {
  const longest = isPattern(key) ? keyPrefix(key).padEnd(LONGEST_SERVICE, 'x') : key;
  const names = namesOf(entry, longest, environment);
  const { length } = names.stackName;
  if (length > LONGEST_STACK_NAME) {
    const path = `services.${key}.stack`;
    const sentence = `"${path}" gives stacks in "${environment}" names of up to ${length} characters, and CloudFormation takes ${LONGEST_STACK_NAME}: shorten it.`;
    return [problem('policy.stack-too-long', path, sentence)];
  }
  const sizes = targetsOf(policy, environment)
    .map(parseTarget)
    .flatMap((target) => {
      const role = (name: string): string => roleArn(target.account, name);
      // A platform team's own role may have a longer name than this: an ARN has at most some 100 characters more.
      const roles = [
        role(executionRoleName(target.region, longest)),
        role(targetRoleName('codedeploy', target.region)),
      ];
      const scope = { ...names, roles, ...target };
      return [
        sessionPolicy(scope),
        sessionPolicy({ ...scope, purpose: 'look' }),
        sessionPolicy({ ...scope, purpose: 'secrets', entry: key }),
      ].map((one) => JSON.stringify(one).length);
    });
  const size = Math.max(0, ...sizes);
  if (size <= LONGEST_SESSION_POLICY) return [];
  const path = `services.${key}.names`;
  const sentence = `"${path}" makes the policy of a session in "${environment}" ${size} characters long, and STS takes ${LONGEST_SESSION_POLICY}: use fewer or shorter names, such as one that covers several ("orders-*").`;
  return [problem('policy.names-too-many', path, sentence)];
}

/** Two environments of the list that have a target in common, and the target. */
function sharedTarget(policy: PolicyNames, environments: readonly string[]): [string, string, string] | undefined {
  const seen = new Map<string, string>();
  for (const environment of environments) {
    for (const target of targetsOf(policy, environment)) {
      const other = seen.get(target);
      if (other !== undefined) return [other, environment, target];
      seen.set(target, environment);
    }
  }
  return undefined;
}
