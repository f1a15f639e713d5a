/** Executions. https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html */
import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  StartExecutionCommand,
  StartSyncExecutionCommand,
  StopExecutionCommand,
  type DescribeExecutionOutput,
  type ExecutionListItem,
  type StartExecutionInput,
  type StartSyncExecutionOutput,
} from '@aws-sdk/client-sfn';
import { randomUUID } from 'node:crypto';
import { AwsError } from '../../../kernel/errors.ts';
import { operation, type AnyOperation } from '../../../kernel/service.ts';
import { checkExecutionArn, checkName, executionArn, expressArn } from '../arns.ts';
import { onExecution, onMachine } from '../authorization.ts';
import type { Execution } from '../execution.ts';
import { withoutData } from '../history.ts';
import { PAYLOAD_LIMIT } from '../json.ts';
import { page } from '../paging.ts';
import type { StatesState } from '../state.ts';
import { redrive } from '../status-events.ts';

export function executionOperations(state: StatesState): readonly AnyOperation[] {
  return [start(state), startSync(state), stop(state), describe(state), list(state), history(state)];
}

/** @throws AwsError InvalidArn, ExecutionDoesNotExist */
export function executionOf(state: StatesState, arn: string | undefined): Execution {
  const execution = state.executions.find(checkExecutionArn(arn));
  if (execution === undefined) throw new AwsError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn ?? ''}'`);
  return execution;
}

function start(state: StatesState): AnyOperation {
  return operation({
    command: StartExecutionCommand,
    accepts: ['stateMachineArn', 'name', 'input'],
    authorize: (input) => onMachine('StartExecution', input.stateMachineArn),
    handle: async (input) => {
      const { arn, started } = startExecution(state, input);
      return { executionArn: arn, startDate: started };
    },
  });
}

/**
 * The name and input of a running execution answer with that execution; of one that has ended, or with another input,
 * they are refused. A name is free again after 90 days.
 */
function startExecution(state: StatesState, { stateMachineArn, name, input }: StartExecutionInput): Execution {
  const { machine, revision, version, alias } = state.machines.resolve(stateMachineArn, Math.random);
  if (machine.deleting) throw new AwsError('StateMachineDeleting', `State Machine is being deleted: '${machine.arn}'`);
  const executionName = name === undefined ? randomUUID() : checkName(name);
  const text = checkInput(input ?? '{}');
  const { region, account, name: machineName } = machine;
  const started = {
    name: executionName,
    machine,
    revision,
    input: text,
    versionArn: version?.arn,
    aliasArn: alias?.arn,
  };
  if (machine.type === 'EXPRESS')
    return state.executions.start({ arn: expressArn(region, account, machineName, executionName), ...started });
  const arn = executionArn(region, account, machineName, executionName);
  const existing = state.executions.find(arn);
  if (existing !== undefined && !isForgotten(state, existing)) {
    if (existing.status === 'RUNNING' && existing.input === text) return existing;
    throw new AwsError('ExecutionAlreadyExists', `Execution Already Exists: '${arn}'`);
  }
  return state.executions.start({ arn, ...started });
}

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartSyncExecution.html */
function startSync(state: StatesState): AnyOperation {
  return operation({
    command: StartSyncExecutionCommand,
    accepts: ['stateMachineArn', 'name', 'input', 'includedData'],
    authorize: (input) => onMachine('StartSyncExecution', input.stateMachineArn),
    handle: async ({ includedData, ...input }) => {
      if (state.machines.resolve(input.stateMachineArn).machine.type !== 'EXPRESS')
        throw new AwsError(
          'StateMachineTypeNotSupported',
          'This operation is not supported by this type of state machine',
        );
      const execution = startExecution(state, input);
      await state.kernel.clock.waiting(
        () => new Promise<void>((resolve) => state.executions.whenEnded(execution.arn, resolve)),
      );
      return syncResult(execution, includedData !== 'METADATA_ONLY');
    },
  });
}

function syncResult(execution: Execution, withData: boolean): StartSyncExecutionOutput {
  const { arn, name, machine, status, started, stopped = started, output, error, cause } = execution;
  const milliseconds = stopped.getTime() - started.getTime();
  return {
    ...{ executionArn: arn, stateMachineArn: machine.arn, name, startDate: started, stopDate: stopped },
    status: status === 'SUCCEEDED' || status === 'TIMED_OUT' ? status : 'FAILED',
    ...(withData ? { input: execution.input, inputDetails: { included: true } } : {}),
    ...(withData && output !== undefined ? { output, outputDetails: { included: true } } : {}),
    ...(error === undefined ? {} : { error }),
    ...(cause === undefined ? {} : { cause }),
    billingDetails: {
      billedMemoryUsedInMB: 64,
      billedDurationInMilliseconds: Math.max(100, Math.ceil(milliseconds / 100) * 100),
    },
  };
}

const KEPT_MILLISECONDS = 90 * 24 * 60 * 60 * 1_000;

function isForgotten(state: StatesState, { stopped }: Execution): boolean {
  return stopped !== undefined && stopped.getTime() + KEPT_MILLISECONDS < state.kernel.clock.now();
}

function checkInput(text: string): string {
  const refuse = (why: string): AwsError =>
    new AwsError('InvalidExecutionInput', `Invalid State Machine Execution Input: '${why}'`);
  if (Buffer.byteLength(text) > PAYLOAD_LIMIT)
    throw new AwsError(
      'ValidationException',
      `1 validation error detected: Value at 'input' failed to satisfy constraint: Member must have length less than or equal to ${PAYLOAD_LIMIT}`,
    );
  if (text === '') throw refuse('Invalid execution input.');
  try {
    JSON.parse(text);
  } catch (error) {
    throw refuse(error instanceof Error ? error.message : String(error));
  }
  return text;
}

function stop(state: StatesState): AnyOperation {
  return operation({
    command: StopExecutionCommand,
    accepts: ['executionArn', 'error', 'cause'],
    authorize: (input) => onExecution('StopExecution', input.executionArn),
    handle: async ({ executionArn: arn, error, cause }) => {
      const execution = executionOf(state, arn);
      state.executions.stop(execution, error, cause);
      return { stopDate: execution.stopped ?? state.kernel.clock.date() };
    },
  });
}

function describe(state: StatesState): AnyOperation {
  return operation({
    command: DescribeExecutionCommand,
    accepts: ['executionArn', 'includedData'],
    authorize: (input) => onExecution('DescribeExecution', input.executionArn),
    handle: async ({ executionArn: arn, includedData }) =>
      described(executionOf(state, arn), includedData !== 'METADATA_ONLY'),
  });
}

function described(execution: Execution, withData: boolean): DescribeExecutionOutput {
  const { output, error, cause } = execution;
  return {
    ...listed(execution),
    ...redrive(execution),
    ...(withData ? { input: execution.input, inputDetails: { included: true } } : {}),
    ...(withData && output !== undefined ? { output, outputDetails: { included: true } } : {}),
    ...(error === undefined ? {} : { error }),
    ...(cause === undefined ? {} : { cause }),
  };
}

/** An execution as lists show it. */
function listed(execution: Execution): ExecutionListItem {
  const { stopped, versionArn, aliasArn } = execution;
  return {
    executionArn: execution.arn,
    stateMachineArn: execution.machine.arn,
    name: execution.name,
    status: execution.status,
    startDate: execution.started,
    redriveCount: 0,
    ...(stopped === undefined ? {} : { stopDate: stopped }),
    ...(versionArn === undefined ? {} : { stateMachineVersionArn: versionArn }),
    ...(aliasArn === undefined ? {} : { stateMachineAliasArn: aliasArn }),
  };
}

/** Newest first; a qualified ARN lists what was started by just that version or alias. */
function list(state: StatesState): AnyOperation {
  return operation({
    command: ListExecutionsCommand,
    accepts: ['stateMachineArn', 'statusFilter', 'maxResults', 'nextToken'],
    authorize: (input) => onMachine('ListExecutions', input.stateMachineArn),
    handle: async (input) => {
      const { machine, version, alias } = state.machines.resolve(input.stateMachineArn);
      if (machine.type === 'EXPRESS')
        throw new AwsError(
          'StateMachineTypeNotSupported',
          'This operation is not supported by this type of state machine',
        );
      const wanted = state.executions
        .of(machine)
        .filter(({ status }) => input.statusFilter === undefined || status === input.statusFilter)
        .filter(({ aliasArn }) => alias === undefined || aliasArn === alias.arn)
        .filter(({ versionArn }) => version === undefined || alias !== undefined || versionArn === version.arn);
      const { items, next } = page([...wanted].reverse(), input);
      return { executions: items.map(listed), ...next };
    },
  });
}

function history(state: StatesState): AnyOperation {
  return operation({
    command: GetExecutionHistoryCommand,
    accepts: ['executionArn', 'maxResults', 'nextToken', 'reverseOrder', 'includeExecutionData'],
    authorize: (input) => onExecution('GetExecutionHistory', input.executionArn),
    handle: async (input) => {
      const { events } = executionOf(state, input.executionArn).history;
      const { items, next } = page(input.reverseOrder === true ? [...events].reverse() : events, input);
      return { events: input.includeExecutionData === false ? items.map(withoutData) : items, ...next };
    },
  });
}
