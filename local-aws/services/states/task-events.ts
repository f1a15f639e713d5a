/** The history events of a task: `Task…`, or `LambdaFunction…` where the resource is a function's ARN. */
import type { StateFailure } from './failures.ts';
import type { Json } from './json.ts';
import type { Integration } from './resources.ts';
import type { Visit } from './visit.ts';

interface Scheduled {
  readonly parameters: Json;
  readonly timeoutSeconds: number | undefined;
  readonly heartbeatSeconds: number | undefined;
}

/** The task is scheduled and started. */
export function recordStart(visit: Visit, { kind, resource, resourceType }: Integration, task: Scheduled): void {
  const { timeoutSeconds, heartbeatSeconds } = task;
  const parameters = JSON.stringify(task.parameters);
  const timeout = timeoutSeconds === undefined ? {} : { timeoutInSeconds: timeoutSeconds };
  if (kind === 'function') {
    visit.record('LambdaFunctionScheduled', {
      lambdaFunctionScheduledEventDetails: {
        ...{ resource, input: parameters, inputDetails: { truncated: false } },
        ...timeout,
      },
    });
    visit.record('LambdaFunctionStarted');
    return;
  }
  const heartbeat = heartbeatSeconds === undefined ? {} : { heartbeatInSeconds: heartbeatSeconds };
  const region = visit.host.region;
  visit.record('TaskScheduled', {
    taskScheduledEventDetails: { resource, resourceType, region, parameters, ...timeout, ...heartbeat },
  });
  visit.record('TaskStarted', { taskStartedEventDetails: { resource, resourceType } });
}

export function recordSuccess(visit: Visit, { kind, resource, resourceType }: Integration, output: Json): void {
  if (kind === 'function')
    visit.record('LambdaFunctionSucceeded', { lambdaFunctionSucceededEventDetails: outputDetails(output) });
  else
    visit.record('TaskSucceeded', { taskSucceededEventDetails: { resource, resourceType, ...outputDetails(output) } });
}

export function recordFailure(
  visit: Visit,
  { kind, resource, resourceType }: Integration,
  failure: StateFailure,
): void {
  const details = {
    ...(failure.error === undefined ? {} : { error: failure.error }),
    ...(failure.reason === undefined ? {} : { cause: failure.reason }),
  };
  if (kind === 'function') visit.record('LambdaFunctionFailed', { lambdaFunctionFailedEventDetails: details });
  else visit.record('TaskFailed', { taskFailedEventDetails: { resource, resourceType, ...details } });
}

/** Recorded as States.Timeout by AWS, also for a missed heartbeat. */
export function recordTimeout(visit: Visit, { kind, resource, resourceType }: Integration): void {
  const error = 'States.Timeout';
  if (kind === 'function') visit.record('LambdaFunctionTimedOut', { lambdaFunctionTimedOutEventDetails: { error } });
  else visit.record('TaskTimedOut', { taskTimedOutEventDetails: { resource, resourceType, error } });
}

export function outputDetails(output: Json): { output: string; outputDetails: { truncated: boolean } } {
  return { output: JSON.stringify(output), outputDetails: { truncated: false } };
}
