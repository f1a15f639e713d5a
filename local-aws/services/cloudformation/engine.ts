import type { Kernel } from '../../kernel/kernel.ts';
import { AwsError } from '../../kernel/errors.ts';
import type { Caller } from '../../kernel/principal.ts';
import type { Place } from './desired.ts';
import { validationError } from './errors.ts';
import type { RunningOperation, Stack, Work } from './stack.ts';
import type { Stacks } from './stacks.ts';
import type { Providers } from './providers.ts';
import type { Transforms } from './transform.ts';

/** What every operation of CloudFormation works with. */
export interface Engine {
  readonly kernel: Kernel;
  readonly providers: Providers;
  readonly stacks: Stacks;
  readonly transforms: Transforms;
}

/** How long the steps of an operation take, in milliseconds of engine time: about what AWS takes, so that timelines look real. */
export const PACE = {
  /** From an accepted request to its first step. */
  start: 1_000,
  /** Before a resource's call is made. */
  before: 500,
  /** From the call to its COMPLETE. */
  after: 1_000,
  /** Before a stack's own next status. */
  status: 500,
  changeSet: 1_000,
  /** Between looks at a CodeDeploy deployment. */
  poll: 5_000,
} as const;

export function placeOf(stack: Stack): Place {
  return { account: stack.account, region: stack.region, stackName: stack.name, stackId: stack.id };
}

/** Engine time passes. Operations run outside busy work, so that the clock is free while they wait. */
export function pause(engine: Engine, milliseconds: number, stack: Stack): Promise<void> {
  return engine.kernel.clock.sleep(milliseconds, `CloudFormation works on ${stack.name}`);
}

/** Whom CloudFormation acts as: the role the stack was last given, else the caller. @throws AwsError ValidationError */
export function actor(engine: Engine, roleArn: string | undefined, caller: Caller, region: string): Caller {
  if (roleArn === undefined) return caller;
  try {
    return engine.kernel.port.iam.assumeForService({
      roleArn,
      service: 'cloudformation.amazonaws.com',
      region,
      sessionName: 'AWSCloudFormation',
    });
  } catch (error) {
    if (error instanceof AwsError) throw validationError(`Role ${roleArn} is invalid or cannot be assumed`);
    throw error;
  }
}

/** Starts an operation on a stack that goes on after the answer. An error in it is a bug and ends the process. */
export function start(
  stack: Stack,
  kind: RunningOperation['kind'],
  token: string | undefined,
  caller: Caller,
  run: (work: Work) => Promise<void>,
): void {
  const operation: RunningOperation = { kind, token, stopped: undefined, deletion: undefined };
  stack.operation = operation;
  const whole = async (): Promise<void> => {
    await run({ stack, caller, operation });
    if (stack.operation === operation) stack.operation = undefined;
    operation.deletion?.();
  };
  // The first steps of run() are synchronous: the answer already finds the new status.
  whole().catch((error: unknown) => {
    queueMicrotask(() => {
      throw new Error(`In CloudFormation's work on ${stack.id}`, { cause: error });
    });
  });
}
