import { Stack } from 'aws-cdk-lib';
import { CfnRule } from 'aws-cdk-lib/aws-events';
import { Construct } from 'constructs';
import { codeDeployApplicationName, engineBusName, forwardRoleName } from '../../core/contract/names.ts';
import { AlarmTopic } from '../constructs/alarm-topic.ts';
import { inParts } from '../constructs/parts.ts';
import { DeadLetters } from '../constructs/dead-letters.ts';
import { alarmChanged, deploymentEnded, stackEnded } from '../constructs/patterns.ts';
import { arnIn, createRole } from '../constructs/permissions.ts';
import type { TargetNames } from './names.ts';

export interface ForwardingProps {
  readonly engine: { readonly account: string; readonly region: string };
  readonly names: TargetNames;
}

/** Names of up to 128 characters in one rule, whose pattern has at most 2,048. */
const stacksOfRule = 8;
const applicationsOfRule = 12;

/** Forwards the events of services' stacks, deployments and alarms to the engine's bus. */
export class Forwarding extends Construct {
  constructor(scope: Construct, id: string, { engine, names }: ForwardingProps) {
    super(scope, id);
    const { account, region } = Stack.of(this);
    const bus = `arn:aws:events:${engine.region}:${engine.account}:event-bus/${engineBusName}`;
    const deadLetters = new DeadLetters(this, 'DeadLetters', {
      what: 'an event of this account for the release engine',
      topic: new AlarmTopic(this, 'Alarms', `sluice-target-alarms`),
    });
    const role = createRole(this, 'Role', {
      name: forwardRoleName(region),
      description: 'Assumed by EventBridge to put events on the bus of the release engine',
      trust: {
        service: 'events.amazonaws.com',
        conditions: { StringEquals: { 'aws:SourceAccount': account } },
      },
      permissions: [{ actions: ['events:PutEvents'], resources: [bus] }],
    });
    for (const { name, description, pattern } of this.forwarded(names)) {
      const rule = new CfnRule(this, name, {
        description,
        eventPattern: pattern,
        state: 'ENABLED',
        targets: [{ id: 'engine', arn: bus, roleArn: role.attrArn, deadLetterConfig: { arn: deadLetters.arn } }],
      });
      deadLetters.acceptFrom(rule.attrArn);
    }
  }

  private forwarded({
    stacks,
    resources,
  }: TargetNames): { name: string; description: string; pattern: Record<string, unknown> }[] {
    const ofServices = beginnings(stacks.map((name) => `${name}/`)).map((name) => ({
      prefix: arnIn(this, 'cloudformation', `stack/${name}`),
    }));
    // The applications that the engine's role may deploy to; other deployments would wake it for nothing.
    const ofApplications = [codeDeployApplicationName, ...beginnings(resources).map((prefix) => ({ prefix }))];
    const numbered = (name: string, index: number): string => (index === 0 ? name : `${name}${index + 1}`);
    return [
      ...inParts(ofServices, stacksOfRule).map((some, index) => ({
        name: numbered('StackEnded', index),
        description: 'An operation on a stack of a service ended',
        pattern: { ...stackEnded, detail: { 'stack-id': some, ...stackEnded.detail } },
      })),
      ...inParts(ofApplications, applicationsOfRule).map((some, index) => ({
        name: numbered('DeploymentEnded', index),
        description: 'A CodeDeploy deployment of a service ended',
        pattern: { ...deploymentEnded, detail: { application: some, ...deploymentEnded.detail } },
      })),
      // Under any name: the policy may name alarms that are not a service's.
      { name: 'AlarmRaised', description: 'An alarm fired, or stopped firing', pattern: { ...alarmChanged } },
    ];
  }
}

/** What names begin with, up to where any text may stand; none that begins like another. EventBridge matches by beginnings. */
function beginnings(names: readonly string[]): string[] {
  const all = [...new Set(names.map((name) => /^[^*?]*/.exec(name)?.[0] ?? ''))];
  return all.filter((one) => !all.some((other) => other !== one && one.startsWith(other)));
}
