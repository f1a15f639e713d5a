import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  InvalidToken,
  SFNClient,
  SendTaskFailureCommand,
  SendTaskSuccessCommand,
  StartExecutionCommand,
  TaskDoesNotExist,
  TaskTimedOut,
} from '@aws-sdk/client-sfn';
import type { ExecutionState } from '../../core/reconcile/open-work.ts';
import type { Observability } from '../powertools/observability.ts';

/** Whether an answer reached the workflow; `late` when the task had already ended. */
type Answered = 'answered' | 'late';

/** Answers tasks that wait for a token. */
export interface TaskAnswers {
  succeed(token: string, output: unknown): Promise<Answered>;
  /** @param error the name that the workflow's Catch matches. */
  fail(token: string, error: string, cause: string): Promise<Answered>;
}

/** Executions of the release machine. */
export interface Workflow {
  /**
   * Starts an execution for a release; `existing` when one of that name and input runs or has run.
   * @param name of the execution; the release's id when not given
   */
  start(release: string, name?: string): Promise<{ readonly execution: string; readonly existing: boolean }>;
  /** The state of the execution of that name. */
  describe(name: string): Promise<ExecutionState>;
}

/** Executions of the machine that plans what is not released. */
export interface PlanWorkflow {
  /** Starts an execution for a plan, once. */
  start(plan: string): Promise<void>;
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
  const executionOf = (name: string): string => executionArn(stateMachine, name);
  return {
    start: async (release, name = release) => {
      try {
        const started = await client.send(
          new StartExecutionCommand({
            stateMachineArn: stateMachine,
            name,
            input: JSON.stringify({ release }),
          }),
        );
        return { execution: started.executionArn ?? executionOf(name), existing: false };
      } catch (problem) {
        if (problem instanceof ExecutionAlreadyExists) return { execution: executionOf(name), existing: true };
        throw problem;
      }
    },
    describe: async (name) => {
      try {
        const { status } = await client.send(new DescribeExecutionCommand({ executionArn: executionOf(name) }));
        return status ?? 'missing';
      } catch (problem) {
        if (problem instanceof ExecutionDoesNotExist) return 'missing';
        throw problem;
      }
    },
  };
}

/** @param stateMachine ARN of the plan machine's alias */
function createPlanWorkflow(client: SFNClient, stateMachine: string): PlanWorkflow {
  return {
    start: async (plan) => {
      const input = JSON.stringify({ plan });
      try {
        await client.send(new StartExecutionCommand({ stateMachineArn: stateMachine, name: plan, input }));
      } catch (problem) {
        if (!(problem instanceof ExecutionAlreadyExists)) throw problem;
      }
    },
  };
}

// TaskTimedOut means expired or already closed, so none of the three means more than: read the ledger.
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

/** Answers to the tasks of the engine's own account. */
export function openTaskAnswers(observe: Observability): TaskAnswers {
  return createTaskAnswers(observe.client(new SFNClient({})));
}

/** The release machine of the engine's own account. @param stateMachine ARN of its alias */
export function openWorkflow(observe: Observability, stateMachine: string): Workflow {
  return createWorkflow(observe.client(new SFNClient({})), stateMachine);
}

/** The plan machine of the engine's own account. @param stateMachine ARN of its alias */
export function openPlanWorkflow(observe: Observability, stateMachine: string): PlanWorkflow {
  return createPlanWorkflow(observe.client(new SFNClient({})), stateMachine);
}
