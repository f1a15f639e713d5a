/** The Task state: one attempt, with its events. https://docs.aws.amazon.com/step-functions/latest/dg/state-task.html */
import { dataLimitExceeded, StateFailure } from './failures.ts';
import type { TaskState } from './grammar.ts';
import { byteLength, PAYLOAD_LIMIT, type Json } from './json.ts';
import { INTEGRATIONS, type Integration } from './resources.ts';
import { isNumber } from './simple-states.ts';
import type { Visit } from './visit.ts';

/** Makes one attempt and answers the task's result. @throws StateFailure */
export async function runTask(visit: Visit, state: TaskState): Promise<Json> {
  const integration = INTEGRATIONS[state.Resource];
  if (integration === undefined)
    throw new TypeError(`No integration ${state.Resource}: the definition was not checked.`);
  const { resource, resourceType } = integration;
  if (integration.pattern === 'waitForTaskToken') visit.token = visit.host.issueToken();
  const parameters = state.Arguments === undefined ? visit.input : await visit.evaluate(state.Arguments, 'Arguments');
  if (byteLength(parameters) > PAYLOAD_LIMIT) throw dataLimitExceeded(visit.name);
  const timeoutSeconds = await seconds(visit, 'TimeoutSeconds', state.TimeoutSeconds);
  const heartbeatSeconds = await seconds(visit, 'HeartbeatSeconds', state.HeartbeatSeconds);
  visit.record('TaskScheduled', {
    taskScheduledEventDetails: {
      resource,
      resourceType,
      region: visit.host.region,
      parameters: JSON.stringify(parameters),
      ...(timeoutSeconds === undefined ? {} : { timeoutInSeconds: timeoutSeconds }),
      ...(heartbeatSeconds === undefined ? {} : { heartbeatInSeconds: heartbeatSeconds }),
    },
  });
  visit.record('TaskStarted', { taskStartedEventDetails: { resource, resourceType } });
  const outcome = await visit.host.attempt({
    integration,
    arguments: parameters,
    token: visit.token,
    timeoutSeconds,
    heartbeatSeconds,
    signal: visit.thread.signal,
    onSubmitted: (output) =>
      visit.record('TaskSubmitted', {
        taskSubmittedEventDetails: { resource, resourceType, ...outputDetails(output) },
      }),
  });
  visit.assertAlive();
  switch (outcome.kind) {
    case 'succeeded':
      return succeed(visit, integration, outcome.output);
    case 'failed':
      throw fail(visit, integration, new StateFailure(outcome.error, outcome.cause));
    case 'timedOut':
      // Recorded as States.Timeout by AWS, also for a missed heartbeat; a Catch of either name matches that one.
      visit.record('TaskTimedOut', { taskTimedOutEventDetails: { resource, resourceType, error: 'States.Timeout' } });
      throw new StateFailure('States.Timeout', undefined, outcome.missedHeartbeat ? ['States.HeartbeatTimeout'] : []);
  }
}

function succeed(visit: Visit, integration: Integration, output: Json): Json {
  const { resource, resourceType } = integration;
  if (byteLength(output) > PAYLOAD_LIMIT) throw fail(visit, integration, dataLimitExceeded(resourceType));
  visit.record('TaskSucceeded', { taskSucceededEventDetails: { resource, resourceType, ...outputDetails(output) } });
  return output;
}

function fail(visit: Visit, { resource, resourceType }: Integration, failure: StateFailure): StateFailure {
  const { error, reason } = failure;
  visit.record('TaskFailed', {
    taskFailedEventDetails: {
      resource,
      resourceType,
      ...(error === undefined ? {} : { error }),
      ...(reason === undefined ? {} : { cause: reason }),
    },
  });
  return failure;
}

function outputDetails(output: Json): { output: string; outputDetails: { truncated: boolean } } {
  return { output: JSON.stringify(output), outputDetails: { truncated: false } };
}

const LONGEST_TIMEOUT_SECONDS = 99_999_999;

async function seconds(
  visit: Visit,
  field: 'TimeoutSeconds' | 'HeartbeatSeconds',
  template: number | string | undefined,
): Promise<number | undefined> {
  if (template === undefined) return undefined;
  const value = await visit.evaluateAs(template, field, 'number', isNumber);
  if (Number.isInteger(value) && value >= 1 && value <= LONGEST_TIMEOUT_SECONDS) return value;
  throw visit.reject(`The ${field} field must be a positive integer: ${value}`, field);
}
