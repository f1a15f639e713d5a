import { Construct } from 'constructs';
import type { EngineFunctions } from './functions.ts';
import { EventRule } from './event-rule.ts';
import type { Workflow } from './workflow.ts';

export interface IntakeProps {
  readonly functions: EngineFunctions;
  /** Name of the release bucket. */
  readonly bucket: string;
  readonly workflow: Workflow;
}

/** What the engine's own account tells the engine: that something was dropped, and that an execution ended. */
export class Intake extends Construct {
  constructor(scope: Construct, id: string, { functions, bucket, workflow }: IntakeProps) {
    super(scope, id);
    new EventRule(this, 'ObjectCreated', {
      description: 'Something was dropped into the release bucket, whatever its name',
      pattern: { source: ['aws.s3'], 'detail-type': ['Object Created'], detail: { bucket: { name: [bucket] } } },
      functionArn: functions.arnOf('receive'),
      deadLetters: functions.deadLettersOf('receive'),
    });
    new EventRule(this, 'ExecutionEnded', {
      description: 'The execution of a release ended without having ended the release',
      pattern: {
        source: ['aws.states'],
        'detail-type': ['Step Functions Execution Status Change'],
        detail: {
          stateMachineArn: [workflow.releaseMachineArn],
          status: ['FAILED', 'TIMED_OUT', 'ABORTED'],
        },
      },
      functionArn: functions.arnOf('wake'),
      deadLetters: functions.deadLettersOf('wake'),
    });
  }
}
