import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  InvalidToken,
  type SFNClient,
  SendTaskFailureCommand,
  SendTaskSuccessCommand,
  StartExecutionCommand,
  TaskDoesNotExist,
  TaskTimedOut,
} from '@aws-sdk/client-sfn';

/** Whether an answer reached the workflow; `late` when the task had ended before, however it ended. */
export type Answered = 'answered' | 'late';

/** How an execution stands; `unknown` when there is no such execution. */
export interface ExecutionState {
  readonly status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED' | 'PENDING_REDRIVE' | 'unknown';
  readonly error?: string | undefined;
  readonly cause?: string | undefined;
}

/** Answers tasks that wait for a token. */
export interface TaskAnswers {
  succeed(token: string, output: unknown): Promise<Answered>;
  /** @param error the name that the workflow's Catch matches. */
  fail(token: string, error: string, cause: string): Promise<Answered>;
}

/** Executions of the release machine. */
export interface Workflow {
  /** Starts the release's execution; `existing` when one of that name and input runs or has run. */
  start(release: string): Promise<{ readonly execution: string; readonly existing: boolean }>;
  describe(execution: string): Promise<ExecutionState>;
  /** The ARN that the release's execution has. */
  executionOf(release: string): string;
}

export function createTaskAnswers(client: SFNClient): TaskAnswers {
  return {
    succeed: (token, output) =>
      unlessLate(() => client.send(new SendTaskSuccessCommand({ taskToken: token, output: JSON.stringify(output) }))),
    fail: (token, error, cause) =>
      unlessLate(() =>
        client.send(new SendTaskFailureCommand({ taskToken: token, error, cause: cause.slice(0, 32_768) })),
      ),
  };
}

/** @param stateMachine ARN of the release machine's alias; an execution keeps the version it was started with. */
export function createWorkflow(client: SFNClient, stateMachine: string): Workflow {
  const executionOf = (release: string): string => executionArn(stateMachine, release);
  return {
    executionOf,
    start: async (release) => {
      try {
        const started = await client.send(
          new StartExecutionCommand({
            stateMachineArn: stateMachine,
            name: release,
            input: JSON.stringify({ release }),
          }),
        );
        return { execution: started.executionArn ?? executionOf(release), existing: false };
      } catch (problem) {
        if (problem instanceof ExecutionAlreadyExists) return { execution: executionOf(release), existing: true };
        throw problem;
      }
    },
    describe: async (execution) => {
      try {
        const { status, error, cause } = await client.send(new DescribeExecutionCommand({ executionArn: execution }));
        return { status: status ?? 'unknown', error, cause };
      } catch (problem) {
        if (problem instanceof ExecutionDoesNotExist) return { status: 'unknown' };
        throw problem;
      }
    },
  };
}

// TaskTimedOut means expired or already closed, so none of the three tells more than: ask the ledger.
async function unlessLate(send: () => Promise<unknown>): Promise<Answered> {
  try {
    await send();
    return 'answered';
  } catch (problem) {
    if (problem instanceof TaskTimedOut || problem instanceof TaskDoesNotExist || problem instanceof InvalidToken) {
      return 'late';
    }
    throw problem;
  }
}

// arn:aws:states:<region>:<account>:stateMachine:<machine>:<alias> → …:execution:<machine>:<name>
function executionArn(stateMachine: string, name: string): string {
  const [arn = '', partition = '', service = '', region = '', account = '', , machine = ''] = stateMachine.split(':');
  return [arn, partition, service, region, account, 'execution', machine, name].join(':');
}
