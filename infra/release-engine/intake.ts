import { Construct } from 'constructs';
import { planPrefix } from '../../core/artifact/plan-key.ts';
import type { EngineFunctions } from './functions.ts';
import { EventRule } from './event-rule.ts';
import type { Workflow } from './workflow.ts';

export interface IntakeProps {
  readonly functions: EngineFunctions;
  /** Name of the release bucket. */
  readonly bucket: string;
  readonly workflow: Workflow;
}

/** Events of the engine's own account: an object was dropped, or an execution ended. */
export class Intake extends Construct {
  constructor(scope: Construct, id: string, { functions, bucket, workflow }: IntakeProps) {
    super(scope, id);
    new EventRule(this, 'ObjectCreated', {
      description: 'An object was dropped into the release bucket, under any key but those of what is only planned',
      pattern: {
        source: ['aws.s3'],
        'detail-type': ['Object Created'],
        detail: { bucket: { name: [bucket] }, object: { key: [{ 'anything-but': { prefix: planPrefix } }] } },
      },
      functionArn: functions.arnOf('receive'),
      deadLetters: functions.deadLettersOf('receive'),
    });
    new EventRule(this, 'ExecutionEnded', {
      description: 'The execution of a release failed, timed out or was aborted',
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
