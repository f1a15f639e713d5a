import { setMaxListeners } from 'node:events';
import type { ExecutionStatus, HistoryEvent } from '@aws-sdk/client-sfn';
import type { Timer } from '../../kernel/clock.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { ExecutionHost } from './execution-host.ts';
import { Aborted, StateFailure } from './failures.ts';
import { History, HISTORY_LIMIT, HistoryFull } from './history.ts';
import { runFlow } from './interpreter.ts';
import { parseJson } from './json.ts';
import type { Machine } from './machines.ts';
import { publishStatus } from './status-events.ts';
import type { Tokens } from './tokens.ts';
import { sendTrace } from './tracing.ts';
import { Scope } from './visit.ts';
import type { Execution } from './execution.ts';

/** How an execution ends: the fields that its description then has. */
interface End {
  readonly status: ExecutionStatus;
  readonly output?: string;
  readonly error?: string | undefined;
  readonly cause?: string | undefined;
}

type Start = Pick<Execution, 'arn' | 'name' | 'machine' | 'revision' | 'versionArn' | 'aliasArn' | 'input'>;

/** Seconds. https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html */
const LONGEST_EXPRESS = 300;

/** The executions of all machines. */
export class Executions {
  private readonly byArn = new Map<string, Execution>();
  private readonly waiting = new Map<string, (() => void)[]>();

  constructor(
    private readonly kernel: Kernel,
    private readonly tokens: Tokens,
    private readonly onEvent: (execution: Execution, event: HistoryEvent) => void,
    private readonly onEnd: (execution: Execution) => void,
  ) {}

  find(arn: string): Execution | undefined {
    return this.byArn.get(arn);
  }

  of(machine: Machine): readonly Execution[] {
    return [...this.byArn.values()].filter((execution) => execution.machine === machine);
  }

  start(start: Start): Execution {
    const execution: Execution = {
      ...start,
      started: this.kernel.clock.date(),
      status: 'RUNNING',
      controller: new AbortController(),
      history: new History(
        start.machine.type === 'EXPRESS' ? Number.POSITIVE_INFINITY : HISTORY_LIMIT,
        () => this.kernel.clock.date(),
        (event) => this.onEvent(execution, event),
      ),
    };
    setMaxListeners(0, execution.controller.signal);
    this.byArn.set(execution.arn, execution);
    execution.history.record('ExecutionStarted', 0, {
      executionStartedEventDetails: {
        input: execution.input,
        inputDetails: { truncated: false },
        roleArn: execution.revision.roleArn,
        ...(execution.versionArn === undefined ? {} : { stateMachineVersionArn: execution.versionArn }),
        ...(execution.aliasArn === undefined ? {} : { stateMachineAliasArn: execution.aliasArn }),
      },
    });
    publishStatus(this.kernel, execution);
    const timer = this.startTimer(execution);
    this.kernel.background(`execution ${execution.arn}`, () => this.run(execution, timer));
    return execution;
  }

  /** Ends a running execution from outside; one that has ended stays as it is. */
  stop(execution: Execution, error: string | undefined, cause: string | undefined): void {
    if (execution.status !== 'RUNNING') return;
    const executionAbortedEventDetails = {
      ...(error === undefined ? {} : { error }),
      ...(cause === undefined ? {} : { cause }),
    };
    execution.history.record('ExecutionAborted', 0, { executionAbortedEventDetails });
    this.end(execution, { status: 'ABORTED', error, cause });
  }

  /** Calls back once the execution has ended; at once if it has already. */
  whenEnded(arn: string, then: () => void): void {
    if (this.byArn.get(arn)?.status !== 'RUNNING') then();
    else this.waiting.set(arn, [...(this.waiting.get(arn) ?? []), then]);
  }

  private startTimer(execution: Execution): Timer | undefined {
    const { timeoutSeconds: given } = execution.revision.definition;
    const isExpress = execution.machine.type === 'EXPRESS';
    const timeoutSeconds = isExpress ? Math.min(given ?? LONGEST_EXPRESS, LONGEST_EXPRESS) : given;
    if (timeoutSeconds === undefined) return undefined;
    const timeOut = (): void => {
      if (execution.status !== 'RUNNING') return;
      execution.history.record('ExecutionTimedOut', 0, { executionTimedOutEventDetails: {} });
      this.end(execution, { status: 'TIMED_OUT', ...(isExpress ? { error: 'States.Timeout' } : {}) });
    };
    return this.kernel.clock.after(timeoutSeconds * 1_000, timeOut, `the timeout of execution ${execution.name}`);
  }

  private async run(execution: Execution, timer: Timer | undefined): Promise<void> {
    const { history, revision, controller } = execution;
    const whenEnded = this.whenEnded.bind(this);
    const host = new ExecutionHost(this.kernel, this.tokens, whenEnded, execution);
    const thread = { scope: new Scope(), signal: controller.signal, last: 0 };
    try {
      const output = JSON.stringify(await runFlow(host, revision.definition.flow, parseJson(execution.input), thread));
      if (execution.status !== 'RUNNING') return;
      const executionSucceededEventDetails = { output, outputDetails: { truncated: false } };
      history.record('ExecutionSucceeded', thread.last, { executionSucceededEventDetails });
      this.end(execution, { status: 'SUCCEEDED', output });
    } catch (error) {
      if (error instanceof Aborted) return;
      const failure = failureOf(error);
      if (execution.status === 'RUNNING') this.fail(execution, thread.last, failure);
    } finally {
      timer?.cancel();
    }
  }

  private fail(execution: Execution, last: number, { error, cause }: Omit<End, 'status'>): void {
    execution.history.record('ExecutionFailed', last, {
      executionFailedEventDetails: {
        ...(error === undefined ? {} : { error }),
        ...(cause === undefined ? {} : { cause }),
      },
    });
    this.end(execution, { status: 'FAILED', error, cause });
  }

  private end(execution: Execution, end: End): void {
    Object.assign(execution, end, { stopped: this.kernel.clock.date() });
    execution.controller.abort();
    publishStatus(this.kernel, execution);
    sendTrace(this.kernel, execution);
    this.onEnd(execution);
    for (const then of this.waiting.get(execution.arn) ?? []) then();
    this.waiting.delete(execution.arn);
  }
}

/** @throws whatever is not a way for an execution to fail: a bug */
function failureOf(error: unknown): Omit<End, 'status'> {
  if (error instanceof StateFailure) return { error: error.error, cause: error.reason };
  if (error instanceof HistoryFull)
    return {
      error: 'States.Runtime',
      cause: `The execution reached the maximum number of history events (${HISTORY_LIMIT}).`,
    };
  throw error;
}
