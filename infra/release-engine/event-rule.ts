import { CfnRule } from 'aws-cdk-lib/aws-events';
import { CfnPermission } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { DeadLetters } from '../constructs/dead-letters.ts';

export interface EventRuleProps {
  readonly description: string;
  readonly pattern: Readonly<Record<string, unknown>>;
  /** The default bus when not given. */
  readonly bus?: string;
  readonly functionArn: string;
  /** The queue for an event that could not be delivered for a day. */
  readonly deadLetters: DeadLetters;
}

/** A rule that sends events to a function. */
export class EventRule extends Construct {
  constructor(scope: Construct, id: string, props: EventRuleProps) {
    super(scope, id);
    const { description, pattern, bus, functionArn, deadLetters } = props;
    const rule = new CfnRule(this, 'Rule', {
      description,
      ...(bus === undefined ? {} : { eventBusName: bus }),
      eventPattern: pattern,
      state: 'ENABLED',
      targets: [{ id: 'function', arn: functionArn, deadLetterConfig: { arn: deadLetters.arn } }],
    });
    new CfnPermission(this, 'Permission', {
      functionName: functionArn,
      action: 'lambda:InvokeFunction',
      principal: 'events.amazonaws.com',
      sourceArn: rule.attrArn,
    });
    deadLetters.acceptFrom(rule.attrArn);
  }
}
