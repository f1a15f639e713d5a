/**
 * Tracing: Step Functions samples and sends the trace of an execution as the machine's role.
 * https://docs.aws.amazon.com/step-functions/latest/dg/concepts-xray-tracing.html
 */
import { AwsError } from '../../kernel/errors.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import type { Execution } from './execution.ts';

const SENT = ['GetSamplingRules', 'GetSamplingTargets', 'PutTraceSegments', 'PutTelemetryRecords'] as const;

/** Traces are not kept here; what the role may not send is lost without a word to the execution, as in AWS. */
export function sendTrace(kernel: Kernel, { machine, revision, name }: Execution): void {
  if (!revision.tracing) return;
  for (const action of SENT) {
    try {
      const role = kernel.port.iam.assumeForService({
        roleArn: revision.roleArn,
        service: 'states.amazonaws.com',
        region: machine.region,
        sessionName: name.slice(0, 64),
        sourceArn: machine.arn,
      });
      kernel.port.iam.authorize(role, [{ action: `xray:${action}`, resource: '*' }]);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
    }
  }
}
