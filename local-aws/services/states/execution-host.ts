import type { HistoryEventType } from '@aws-sdk/client-sfn';
import { randomBytes } from 'node:crypto';
import { AwsError } from '../../kernel/errors.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import type { Caller } from '../../kernel/principal.ts';
import { Attempt } from './attempts.ts';
import { endOfChild, startChild, stopChild } from './child-task.ts';
import type { Execution } from './execution.ts';
import { Aborted } from './failures.ts';
import type { Details } from './history.ts';
import type { AttemptRequest, Host, Outcome } from './host.ts';
import { parseJson, type Json } from './json.ts';
import { invoke, invokeFunction } from './lambda-task.ts';
import { callService } from './service-task.ts';
import { NOT_SIMULATED } from '../../kernel/errors.ts';
import type { Tokens } from './tokens.ts';

/** The world of one execution: its history, the kernel's clock, and calls made as the machine's role. */
export class ExecutionHost implements Host {
  readonly region: string;
  readonly context: { readonly [name: string]: Json };

  constructor(
    private readonly kernel: Kernel,
    private readonly tokens: Tokens,
    /** Calls back once an execution has ended. */
    private readonly whenEnded: (executionArn: string, then: () => void) => void,
    private readonly execution: Execution,
  ) {
    const { machine, revision } = execution;
    this.region = machine.region;
    this.context = {
      Execution: {
        Id: execution.arn,
        Input: parseJson(execution.input),
        Name: execution.name,
        RoleArn: revision.roleArn,
        StartTime: execution.started.toISOString(),
        RedriveCount: 0,
      },
      StateMachine: { Id: machine.arn, Name: machine.name },
    };
  }

  now(): number {
    return this.kernel.clock.now();
  }

  random(): number {
    return Math.random();
  }

  record(type: HistoryEventType, previous: number, details: Details): number {
    return this.execution.history.record(type, previous, details);
  }

  previousOf(event: number): number {
    return this.execution.history.previousOf(event);
  }

  countTransition(): void {
    const { account, name, type } = this.execution.machine;
    // Express machines are billed by requests and time.
    if (type === 'EXPRESS') return;
    this.kernel.meters.count('stateTransitions', account, name);
  }

  async sleepUntil(at: number, label: string, signal: AbortSignal): Promise<void> {
    await this.kernel.clock.waiting(
      () =>
        new Promise<void>((resolve, reject) => {
          if (signal.aborted) {
            reject(new Aborted());
            return;
          }
          const cutOff = (): void => {
            timer.cancel();
            reject(new Aborted());
          };
          const wake = (): void => {
            signal.removeEventListener('abort', cutOff);
            resolve();
          };
          const timer = this.kernel.clock.at(Math.max(at, this.now()), wake, `${label} of ${this.execution.name}`);
          signal.addEventListener('abort', cutOff, { once: true });
        }),
    );
  }

  issueToken(): string {
    const attempt = new Attempt(this.kernel.clock, `a task of ${this.execution.name}`);
    return this.tokens.issue(attempt, this.execution.machine.arn);
  }

  work<T>(branch: () => Promise<T>): Promise<T> {
    return this.kernel.clock.busy(branch);
  }

  join<T>(branches: () => Promise<T>): Promise<T> {
    return this.kernel.clock.waiting(branches);
  }

  async attempt(request: AttemptRequest): Promise<Outcome> {
    const label = `${request.integration.resource} of ${this.execution.name}`;
    const attempt =
      request.token === undefined ? new Attempt(this.kernel.clock, label) : this.tokens.attemptOf(request.token);
    attempt.start(request.timeoutSeconds, request.heartbeatSeconds);
    // Calls count as busy by themselves; to hold time here as well would keep it slow while a call waits on the clock.
    this.call(request, attempt).catch((error: unknown) => attempt.abandon(error));
    return this.kernel.clock.waiting(() => attempt.outcome(request.signal));
  }

  private async call(request: AttemptRequest, attempt: Attempt): Promise<void> {
    const caller = this.role(attempt);
    if (caller === undefined) return;
    if (request.integration.kind === 'execution') await this.runChild(caller, request, attempt);
    else {
      const outcome = await this.send(caller, request);
      if (request.integration.pattern === 'requestResponse' || outcome.kind !== 'succeeded') attempt.end(outcome);
      else if (attempt.isOpen) request.onSubmitted(outcome.output);
    }
  }

  private send(caller: Caller, { integration, arguments: given }: AttemptRequest): Promise<Outcome> {
    const { arn: executionArn, machine } = this.execution;
    if (integration.kind === 'notSimulated') {
      const cause = `The local AWS does not simulate ${integration.resource}.`;
      return Promise.resolve({ kind: 'failed', error: NOT_SIMULATED, cause });
    }
    if (integration.call !== undefined)
      return callService(this.kernel, caller, integration.call, given, { executionArn, machineArn: machine.arn });
    return integration.kind === 'function'
      ? invokeFunction(this.kernel, caller, integration.resource, given)
      : invoke(this.kernel, caller, given);
  }

  private async runChild(caller: Caller, request: AttemptRequest, attempt: Attempt): Promise<void> {
    const started = await startChild(this.kernel, caller, request.arguments);
    if ('outcome' in started) {
      attempt.end(started.outcome);
      return;
    }
    const { executionArn, submitted } = started;
    if (request.integration.pattern === 'requestResponse') {
      attempt.end({ kind: 'succeeded', output: submitted });
      return;
    }
    const data = request.integration.resource.endsWith(':2') ? 'asJson' : 'asText';
    if (attempt.isOpen) request.onSubmitted(submitted);
    this.whenEnded(executionArn, () => {
      if (!attempt.isOpen) return;
      endOfChild(this.kernel, caller, executionArn, data).then(
        (outcome) => attempt.end(outcome),
        (error: unknown) => attempt.abandon(error),
      );
    });
    attempt.whenCutOff(() => void stopChild(this.kernel, caller, executionArn));
  }

  /** The machine's role, taken anew for every task; a role that cannot be taken fails the task. */
  private role(attempt: Attempt): Caller | undefined {
    const { machine, revision } = this.execution;
    try {
      return this.kernel.port.iam.assumeForService({
        roleArn: revision.roleArn,
        service: 'states.amazonaws.com',
        region: machine.region,
        sessionName: randomBytes(16).toString('hex'),
        sourceArn: machine.arn,
      });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      attempt.end({ kind: 'failed', error: 'States.Permissions', cause: error.message });
      return undefined;
    }
  }
}
