import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  SFNClient,
  type HistoryEvent,
} from '@aws-sdk/client-sfn';
import * as z from 'zod';
import { ENGINE, type Sandbox } from '../../local/sandbox.ts';

/** The way an execution took: the names of the states it entered, in order. */
interface Path {
  /** `release`, `deploy-target` or `roll-back-target`. */
  readonly machine: string;
  readonly states: readonly string[];
}

const started = z.object({ ExecutionArn: z.string() });

/** The way a release took, and those of the executions it started, in the order in which it started them. */
export async function pathsOf(sandbox: Sandbox, release: string): Promise<readonly Path[]> {
  const states = sandbox.aws.client(SFNClient, ENGINE);
  const executionArn = `arn:aws:states:${ENGINE.region}:${ENGINE.account}:execution:sluice-release:${release}`;
  await ended(states, executionArn);
  const history = await historyOf(states, executionArn);
  const paths = [pathOf(executionArn, history)];
  for (const child of childrenOf(history)) paths.push(pathOf(child, await historyOf(states, child)));
  states.destroy();
  return paths;
}

const called = z.object({ FunctionName: z.string() });

/** ARNs of all that a release ran and called: versions of machines, with those of the executions it started, and of functions. */
export async function calledBy(sandbox: Sandbox, release: string): Promise<ReadonlySet<string>> {
  const states = sandbox.aws.client(SFNClient, ENGINE);
  const executionArn = `arn:aws:states:${ENGINE.region}:${ENGINE.account}:execution:sluice-release:${release}`;
  await ended(states, executionArn);
  const arns = new Set<string>();
  const add = async (executionArn: string): Promise<void> => {
    const { stateMachineVersionArn, stateMachineArn = '' } = await states.send(
      new DescribeExecutionCommand({ executionArn }),
    );
    arns.add(stateMachineVersionArn ?? stateMachineArn);
    const history = await historyOf(states, executionArn);
    for (const { taskScheduledEventDetails: details } of history)
      if (details?.resourceType === 'lambda') arns.add(called.parse(JSON.parse(details.parameters ?? '')).FunctionName);
    for (const child of childrenOf(history)) await add(child);
  };
  await add(executionArn);
  states.destroy();
  return arns;
}

function childrenOf(history: readonly HistoryEvent[]): string[] {
  return history.flatMap(({ taskSubmittedEventDetails: details }) =>
    details?.resourceType === 'states' ? [started.parse(JSON.parse(details.output ?? '')).ExecutionArn] : [],
  );
}

function pathOf(executionArn: string, history: readonly HistoryEvent[]): Path {
  const [, machine = ''] = /:execution:sluice-([^:]+):/.exec(executionArn) ?? [];
  return { machine, states: history.flatMap(({ stateEnteredEventDetails: details }) => details?.name ?? []) };
}

/** The release ends in the ledger a moment before its execution does. */
async function ended(states: SFNClient, executionArn: string): Promise<void> {
  for (;;) {
    const { status } = await states.send(new DescribeExecutionCommand({ executionArn }));
    if (status !== 'RUNNING') return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function historyOf(states: SFNClient, executionArn: string): Promise<HistoryEvent[]> {
  const events: HistoryEvent[] = [];
  let nextToken: string | undefined;
  do {
    const page = await states.send(
      new GetExecutionHistoryCommand({ executionArn, ...(nextToken === undefined ? {} : { nextToken }) }),
    );
    events.push(...(page.events ?? []));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return events;
}
