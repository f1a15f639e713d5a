/**
 * What an execution says to the outside: EventBridge's "Step Functions Execution Status Change"
 * (https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html) and CloudWatch metrics
 * (https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html).
 */
import type { ExecutionStatus } from '@aws-sdk/client-sfn';
import type { Kernel } from '../../kernel/kernel.ts';
import type { Execution } from './execution.ts';

export function publishStatus(kernel: Kernel, execution: Execution): void {
  const { account, region } = execution.machine;
  // https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html: Express machines say nothing.
  if (execution.machine.type === 'STANDARD')
    kernel.port.events.emit({
      account,
      region,
      source: 'aws.states',
      detailType: 'Step Functions Execution Status Change',
      resources: [execution.arn],
      detail: detailOf(execution),
    });
  const metric = (name: string, value: number, unit: string): void =>
    kernel.port.metrics.record({
      account,
      region,
      namespace: 'AWS/States',
      name,
      dimensions: { StateMachineArn: execution.machine.arn },
      value,
      unit,
    });
  metric(METRICS[execution.status], 1, 'Count');
  if (execution.stopped !== undefined)
    metric('ExecutionTime', execution.stopped.getTime() - execution.started.getTime(), 'Milliseconds');
}

const METRICS: Readonly<Record<ExecutionStatus, string>> = {
  RUNNING: 'ExecutionsStarted',
  SUCCEEDED: 'ExecutionsSucceeded',
  FAILED: 'ExecutionsFailed',
  TIMED_OUT: 'ExecutionsTimedOut',
  ABORTED: 'ExecutionsAborted',
  PENDING_REDRIVE: 'ExecutionsRedriven',
};

function detailOf(execution: Execution): Readonly<Record<string, unknown>> {
  return {
    executionArn: execution.arn,
    stateMachineArn: execution.machine.arn,
    name: execution.name,
    status: execution.status,
    startDate: execution.started.getTime(),
    stopDate: execution.stopped?.getTime() ?? null,
    input: execution.input,
    output: execution.output ?? null,
    stateMachineVersionArn: execution.versionArn ?? null,
    stateMachineAliasArn: execution.aliasArn ?? null,
    redriveCount: 0,
    redriveDate: null,
    ...redrive(execution),
    inputDetails: { included: true },
    outputDetails: execution.output === undefined ? null : { included: true },
    error: execution.error ?? null,
    cause: execution.cause ?? null,
  };
}

/** Whether AWS would let the execution be redriven (which the local AWS does not implement). */
export function redrive({ status }: Execution): {
  redriveStatus: 'REDRIVABLE' | 'NOT_REDRIVABLE';
  redriveStatusReason?: string;
} {
  if (status === 'RUNNING' || status === 'SUCCEEDED')
    return { redriveStatus: 'NOT_REDRIVABLE', redriveStatusReason: `Execution is ${status} and cannot be redriven` };
  return { redriveStatus: 'REDRIVABLE' };
}
