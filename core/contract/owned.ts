import { engineBusName, functionNames, ledgerTableName } from './names.ts';

/**
 * Everything that Sluice owns under a name, in a target's account and in the engine's. From it follow what no service's stack,
 * role or code may touch, and which names no service may have. What has a random id carries the tag `sluice:entry` instead.
 */

const functions = functionNames.map((name) => `sluice-${name}`);
const machines = ['sluice-release', 'sluice-deploy-target', 'sluice-roll-back-target', 'sluice-plan'] as const;
/** What CloudFormation names after Sluice's own stacks: queues, alarms, rules. */
const madeByStacks = ['ReleaseEngine-*', 'ReleaseTarget-*'] as const;

/** Names by what an ARN has in front of them; `inside` is what stands behind where a part of it has an ARN of its own. */
interface Owned {
  readonly kind: string;
  readonly names: readonly string[];
  readonly inside?: readonly string[];
}

const roles = ['sluice-target-*', 'sluice-workflow', 'sluice-reconciler', ...functions, ...madeByStacks] as const;

const owned: readonly Owned[] = [
  // A name of IAM is taken with whatever path it was given.
  ...['', '*/'].flatMap((path): Owned[] => [
    { kind: `iam::*:role/${path}`, names: roles },
    { kind: `iam::*:policy/${path}`, names: ['sluice-target-*'] },
  ]),
  {
    kind: 's3:::',
    names: ['sluice-assets-*', 'sluice-releases-*', 'sluice-evidence-*', 'sluice-digests-*'],
    inside: ['', '/*'],
  },
  { kind: 'lambda:*:*:function:', names: [...functions, ...madeByStacks], inside: ['', ':*'] },
  { kind: 'dynamodb:*:*:table/', names: [ledgerTableName], inside: ['', '/*'] },
  { kind: 'events:*:*:event-bus/', names: [engineBusName] },
  { kind: 'events:*:*:rule/', names: madeByStacks },
  { kind: `events:*:*:rule/${engineBusName}/`, names: ['*'] },
  { kind: 'sns:*:*:', names: ['sluice-alarms', 'sluice-pager', 'sluice-target-alarms'] },
  { kind: 'sqs:*:*:', names: madeByStacks },
  { kind: 'states:*:*:stateMachine:', names: machines, inside: ['', ':*'] },
  { kind: 'states:*:*:execution:', names: machines, inside: [':*'] },
  { kind: 'scheduler:*:*:schedule/default/', names: ['sluice-reconciler'] },
  { kind: 'ssm:*:*:parameter/sluice/', names: ['*'] },
  { kind: 'secretsmanager:*:*:secret:sluice/', names: ['*'] },
  { kind: 'kms:*:*:alias/', names: ['sluice-links'] },
  { kind: 'codedeploy:*:*:application:', names: ['sluice'] },
  { kind: 'codedeploy:*:*:deploymentgroup:', names: ['sluice'], inside: ['/*'] },
  { kind: 'logs:*:*:log-group:/aws/lambda/', names: [...functions, ...madeByStacks], inside: [':*'] },
  { kind: 'logs:*:*:log-group:/aws/vendedlogs/states/', names: machines, inside: [':*'] },
  { kind: 'cloudwatch:*:*:alarm:', names: madeByStacks },
  { kind: 'cloudformation:*:*:stack/', names: ['ReleaseEngine', 'ReleaseTarget-*'], inside: ['/*'] },
];

/** ARN patterns of all of it, in any account and Region. @param services prefixes of actions; all unless said */
export function ownedArns(services?: readonly string[]): string[] {
  return owned
    .filter(({ kind }) => services?.includes(kind.replace(/:.*/, '')) ?? true)
    .flatMap(({ kind, names, inside = [''] }) =>
      names.flatMap((name) => inside.map((after) => `arn:aws:${kind}${name}${after}`)),
    );
}

/** Stacks of Sluice and of the CDK: whoever may change them may change what guards everybody else. */
export const reservedStacks: readonly string[] = ['ReleaseEngine', 'ReleaseTarget-*', 'CDKToolkit'];

/** Names that no resource of a service may have, of whatever kind it is. */
export const reservedResources: readonly string[] = [
  ...new Set([engineBusName, ...owned.flatMap(({ names }) => names.filter((name) => name !== '*'))]),
];
