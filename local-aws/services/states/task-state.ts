/** The Task state: one attempt, with its events. https://docs.aws.amazon.com/step-functions/latest/dg/state-task.html */
import { dataLimitExceeded, StateFailure } from './failures.ts';
import type { TaskState } from './grammar.ts';
import { byteLength, PAYLOAD_LIMIT, type Json } from './json.ts';
import { integrationOf, type Integration } from './resources.ts';
import { outputDetails, recordFailure, recordStart, recordSuccess, recordTimeout } from './task-events.ts';
import type { Visit } from './visit.ts';
import { argumentsOf, secondsOf } from './work-fields.ts';

/** Makes one attempt and answers the task's result. @throws StateFailure */
export async function runTask(visit: Visit, state: TaskState): Promise<Json> {
  const integration = integrationOf(state.Resource);
  if (integration === undefined)
    throw new TypeError(`No integration ${state.Resource}: the definition was not checked.`);
  const { resource, resourceType } = integration;
  if (integration.pattern === 'waitForTaskToken') visit.token = visit.host.issueToken();
  const parameters = await argumentsOf(visit, state);
  if (byteLength(parameters) > PAYLOAD_LIMIT) throw dataLimitExceeded(visit.name);
  const timeoutSeconds = await secondsOf(visit, state, 'TimeoutSeconds');
  const heartbeatSeconds = await secondsOf(visit, state, 'HeartbeatSeconds');
  recordStart(visit, integration, { parameters, timeoutSeconds, heartbeatSeconds });
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
      // A Catch of either name matches a missed heartbeat.
      recordTimeout(visit, integration);
      throw new StateFailure('States.Timeout', undefined, outcome.missedHeartbeat ? ['States.HeartbeatTimeout'] : []);
  }
}

function succeed(visit: Visit, integration: Integration, output: Json): Json {
  if (byteLength(output) > PAYLOAD_LIMIT) throw fail(visit, integration, dataLimitExceeded(integration.resourceType));
  recordSuccess(visit, integration, output);
  return output;
}

function fail(visit: Visit, integration: Integration, failure: StateFailure): StateFailure {
  recordFailure(visit, integration, failure);
  return failure;
}
