import * as z from 'zod';
import { accountId, regionName, releaseId } from '../../core/values/identifiers.ts';

/** The events that wake the engine, with the members that are read. */

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/eventbridge-ref-stack-status.html */
const stackEvent = z.object({
  'detail-type': z.literal('CloudFormation Stack Status Change'),
  detail: z.object({
    'stack-id': z.string(),
    /** Absent or empty for an operation that was started without a token, which is not Sluice's. */
    'client-request-token': z.string().optional(),
  }),
});
export type StackEvent = z.infer<typeof stackEvent>;

/** https://docs.aws.amazon.com/codedeploy/latest/userguide/monitoring-cloudwatch-events.html */
const deploymentEvent = z.object({
  'detail-type': z.literal('CodeDeploy Deployment State-change Notification'),
  detail: z.object({ deploymentId: z.string() }),
});
export type DeploymentEvent = z.infer<typeof deploymentEvent>;

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html */
const alarmEvent = z.object({
  'detail-type': z.literal('CloudWatch Alarm State Change'),
  account: accountId,
  region: regionName,
  detail: z.object({ alarmName: z.string() }),
});
export type AlarmEvent = z.infer<typeof alarmEvent>;

/**
 * https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html; only of the release machine. EventBridge leaves
 * a large input out, which none of Sluice's is.
 */
const executionEvent = z.object({
  'detail-type': z.literal('Step Functions Execution Status Change'),
  detail: z.object({ name: z.string(), input: z.string().nullish() }),
});
export type ExecutionEvent = z.infer<typeof executionEvent>;

const executionInput = z.object({ release: releaseId });

/**
 * The release of an execution. Its name says that of the one that promotes; one that undoes is called otherwise
 * (`undoExecutionName`). Undefined where a person started the machine with something else.
 */
export function releaseOf({ detail: { name, input } }: ExecutionEvent): string | undefined {
  const given = executionInput.safeParse(parseJson(input ?? ''));
  return given.success ? given.data.release : releaseId.safeParse(name).data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export const wakeEvent = z.union([
  z.strictObject({ reconcile: z.literal(true), rested: z.literal(true).exactOptional() }),
  z.discriminatedUnion('detail-type', [stackEvent, deploymentEvent, alarmEvent, executionEvent]),
]);
