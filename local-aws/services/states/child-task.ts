/**
 * `states:startExecution`, `.sync` and `.sync:2`: starts a child execution, and waits for its end.
 * https://docs.aws.amazon.com/step-functions/latest/dg/connect-stepfunctions.html
 */
import {
  DescribeExecutionCommand,
  StartExecutionCommand,
  StopExecutionCommand,
  type DescribeExecutionCommandOutput,
} from '@aws-sdk/client-sfn';
import * as z from 'zod';
import type { Kernel } from '../../kernel/kernel.ts';
import type { Caller } from '../../kernel/principal.ts';
import type { Outcome } from './host.ts';
import { isJson, parseJson, type Json } from './json.ts';
import type { CalledService } from './called-service.ts';
import { metadata, refused } from './service-errors.ts';

const start = z.strictObject({
  StateMachineArn: z.string(),
  Input: z.custom<Json>(isJson).optional(),
  Name: z.string().optional(),
});

const STEP_FUNCTIONS: CalledService = {
  prefix: 'StepFunctions',
  service: 'AWSStepFunctions',
  otherwise: 'AWSStepFunctionsException',
  words: 1,
  codes: new Set([
    ...['ExecutionAlreadyExists', 'ExecutionDoesNotExist', 'ExecutionLimitExceeded', 'InvalidArn', 'InvalidName'],
    ...['InvalidExecutionInput', 'StateMachineDoesNotExist', 'StateMachineDeleting', 'ValidationException'],
  ]),
};

/** A child that was started, or the outcome of an attempt that could not start one. */
export type Started = { readonly executionArn: string; readonly submitted: Json } | { readonly outcome: Outcome };

export async function startChild(kernel: Kernel, caller: Caller, parameters: Json): Promise<Started> {
  const parsed = start.safeParse(parameters);
  if (!parsed.success)
    return { outcome: { kind: 'failed', error: 'States.Runtime', cause: z.prettifyError(parsed.error) } };
  const { StateMachineArn: stateMachineArn, Input, Name: name } = parsed.data;
  const input = Input === undefined || Input === null ? {} : { input: asInput(Input) };
  try {
    const answer = await kernel.send(
      caller,
      new StartExecutionCommand({ stateMachineArn, ...input, ...(name === undefined ? {} : { name }) }),
    );
    const executionArn = answer.executionArn ?? '';
    const submitted = { ExecutionArn: executionArn, ...metadata(200), StartDate: answer.startDate?.getTime() ?? 0 };
    return { executionArn, submitted };
  } catch (error) {
    return { outcome: refused(STEP_FUNCTIONS, error) };
  }
}

/** Reads how a child ended, as the machine's role: `.sync` gives its data as text. */
export async function endOfChild(
  kernel: Kernel,
  caller: Caller,
  executionArn: string,
  data: 'asText' | 'asJson',
): Promise<Outcome> {
  try {
    const child = await kernel.send(caller, new DescribeExecutionCommand({ executionArn }));
    if (child.status === 'SUCCEEDED')
      return { kind: 'succeeded', output: described(child, data === 'asJson' ? parseJson : (text) => text) };
    return { kind: 'failed', error: 'States.TaskFailed', cause: JSON.stringify(described(child, (text) => text)) };
  } catch (error) {
    return refused(STEP_FUNCTIONS, error);
  }
}

/** A task that is cut off stops its child as far as the role may; that it may not is nobody's error. */
export async function stopChild(kernel: Kernel, caller: Caller, executionArn: string): Promise<void> {
  await kernel.send(caller, new StopExecutionCommand({ executionArn })).catch(() => undefined);
}

/** `.sync:2` gives a child's input and output as JSON; the cause of a failure has them as text. */
function described(child: DescribeExecutionCommandOutput, data: (text: string) => Json): Json {
  const { cause, error, output } = child;
  return {
    ...(cause === undefined ? {} : { Cause: cause }),
    ...(error === undefined ? {} : { Error: error }),
    ExecutionArn: child.executionArn ?? '',
    Input: data(child.input ?? '{}'),
    InputDetails: { Included: true },
    Name: child.name ?? '',
    ...(output === undefined ? {} : { Output: data(output), OutputDetails: { Included: true } }),
    StartDate: child.startDate?.getTime() ?? 0,
    StateMachineArn: child.stateMachineArn ?? '',
    ...(child.stateMachineAliasArn === undefined ? {} : { StateMachineAliasArn: child.stateMachineAliasArn }),
    ...(child.stateMachineVersionArn === undefined ? {} : { StateMachineVersionArn: child.stateMachineVersionArn }),
    Status: child.status ?? '',
    StopDate: child.stopDate?.getTime() ?? 0,
  };
}

function asInput(input: Json): string {
  return typeof input === 'string' ? input : JSON.stringify(input);
}
