import { CfnResource } from 'aws-cdk-lib';
import { CfnEventBus } from 'aws-cdk-lib/aws-events';
import { Construct } from 'constructs';
import { engineBusName, forwardRoleName, roleArn } from '../../core/contract/names.ts';
import { alarmChanged, deploymentEnded, stackEnded } from '../constructs/patterns.ts';
import { inParts } from '../constructs/parts.ts';
import { EventRule } from './event-rule.ts';
import type { EngineFunctions } from './functions.ts';

export interface EngineBusProps {
  /** Accounts that forward their events. */
  readonly accounts: readonly string[];
  readonly functions: EngineFunctions;
}

/** Accounts that one rule names: its pattern has at most 2,048 characters, of which the rest takes up to 500. */
const accountsOfRule = 100;

/** The bus to which targets forward the events of their stacks, deployments and alarms. */
export class EngineBus extends Construct {
  constructor(scope: Construct, id: string, { accounts, functions }: EngineBusProps) {
    super(scope, id);
    const bus = new CfnEventBus(this, 'Bus', { name: engineBusName });
    // Not CfnEventBusPolicy: it warns at each synthesis of a deprecated property that is not set here. One statement for all of
    // them: a statement for each account would fill the 10,240 bytes of a bus's policy with 52 accounts.
    new CfnResource(this, 'FromTargets', {
      type: 'AWS::Events::EventBusPolicy',
      properties: {
        EventBusName: bus.ref,
        StatementId: 'from-targets',
        Statement: {
          Effect: 'Allow',
          Principal: { AWS: accounts.map((account) => `arn:aws:iam::${account}:root`) },
          Action: 'events:PutEvents',
          Resource: bus.attrArn,
          // Not whatever else runs there: services have roles in these accounts, and rules of their own.
          Condition: { ArnLike: { 'aws:PrincipalArn': roleArn('*', forwardRoleName('*')) } },
        },
      },
    });
    const toWake = { bus: bus.ref, functionArn: functions.arnOf('wake'), deadLetters: functions.deadLettersOf('wake') };
    const rules = [
      { name: 'StackEnded', description: 'An operation on a stack of a target ended', pattern: stackEnded },
      { name: 'DeploymentEnded', description: 'A CodeDeploy deployment of a target ended', pattern: deploymentEnded },
      { name: 'AlarmRaised', description: 'An alarm of a target fired, or stopped firing', pattern: alarmChanged },
    ];
    for (const [index, some] of inParts(accounts, accountsOfRule).entries()) {
      for (const { name, description, pattern } of rules)
        new EventRule(this, index === 0 ? name : `${name}${index + 1}`, {
          ...toWake,
          description,
          pattern: { account: some, ...pattern },
        });
    }
  }
}
