/**
 * Active tracing: the X-Ray daemon of an execution environment sends what was traced as the function's role.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html#services-xray-permissions
 */
import { AwsError } from '../../kernel/errors.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import type { Caller } from '../../kernel/principal.ts';

const SENT = ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'] as const;

/** Traces are not kept here; what the role may not send is lost without a word to the function, as in AWS. */
export function sendTrace(kernel: Kernel, role: Caller): void {
  for (const action of SENT) {
    try {
      kernel.port.iam.authorize(role, [{ action, resource: '*' }]);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
    }
  }
}
