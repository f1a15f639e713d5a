import { CfnResource } from 'aws-cdk-lib';
import { CfnEventBus } from 'aws-cdk-lib/aws-events';
import { Construct } from 'constructs';
import { engineBusName } from '../../core/contract/names.ts';
import { alarmChanged, deploymentEnded, stackEnded } from '../constructs/patterns.ts';
import { EventRule } from './event-rule.ts';
import type { EngineFunctions } from './functions.ts';

export interface EngineBusProps {
  /** Accounts that forward their events. */
  readonly accounts: readonly string[];
  readonly functions: EngineFunctions;
}

/** The bus to which targets forward the events of their stacks, deployments and alarms. */
export class EngineBus extends Construct {
  constructor(scope: Construct, id: string, { accounts, functions }: EngineBusProps) {
    super(scope, id);
    const bus = new CfnEventBus(this, 'Bus', { name: engineBusName });
    for (const account of accounts) {
      // Not CfnEventBusPolicy: it warns at each synthesis of a deprecated property that is not set here.
      new CfnResource(this, `From${account}`, {
        type: 'AWS::Events::EventBusPolicy',
        properties: {
          EventBusName: bus.ref,
          StatementId: `from-${account}`,
          Statement: {
            Effect: 'Allow',
            Principal: { AWS: `arn:aws:iam::${account}:root` },
            Action: 'events:PutEvents',
            Resource: bus.attrArn,
          },
        },
      });
    }
    const toWake = { bus: bus.ref, functionArn: functions.arnOf('wake'), deadLetters: functions.deadLettersOf('wake') };
    new EventRule(this, 'StackEnded', {
      ...toWake,
      description: 'An operation on a stack of a target ended',
      pattern: { account: accounts, ...stackEnded },
    });
    new EventRule(this, 'DeploymentEnded', {
      ...toWake,
      description: 'A CodeDeploy deployment of a target ended',
      pattern: { account: accounts, ...deploymentEnded },
    });
    new EventRule(this, 'AlarmRaised', {
      ...toWake,
      description: 'An alarm of a target fired, or stopped firing',
      pattern: { account: accounts, ...alarmChanged },
    });
  }
}
