import {
  type Capability,
  type CloudFormationClient,
  CloudFormationServiceException,
  CreateChangeSetCommand,
  DeleteChangeSetCommand,
  DescribeChangeSetCommand,
  type DescribeChangeSetCommandOutput,
} from '@aws-sdk/client-cloudformation';
import type { ChangeSet, ChangeSetOrder, NotNow, Pause } from './stack.ts';

const capabilities: Capability[] = ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM', 'CAPABILITY_AUTO_EXPAND'];

/**
 * Makes a change set and waits until it is computed. CloudFormation refuses a name that exists, even when that set has failed
 * or is out of date: one that can be executed is reused, any other is deleted and made again.
 */
export async function prepareChangeSet(
  client: CloudFormationClient,
  pause: Pause,
  order: ChangeSetOrder,
): Promise<ChangeSet | NotNow> {
  try {
    const known = (await create(client, order)) === 'known' ? await computed(client, pause, order) : undefined;
    if (known?.executable === true) return known.changeSet;
    if (known !== undefined) {
      await client.send(new DeleteChangeSetCommand({ StackName: order.stack, ChangeSetName: order.name }));
      await create(client, order);
    }
    return (await computed(client, pause, order)).changeSet;
  } catch (problem) {
    if (!isRefusal(problem)) throw problem;
    if (isAboutState(problem)) return { status: 'notNow', reason: problem.message };
    return { ...refused, id: order.name, stackId: order.stack, reason: problem.message };
  }
}

const refused = { status: 'failed', empty: false, changes: [] } as const;

/** A request that CloudFormation refuses, permanently or for now: no throttle, no missing permission, no failure of its own. */
export function isRefusal(problem: unknown): problem is CloudFormationServiceException {
  if (!(problem instanceof CloudFormationServiceException)) return false;
  return /^(ValidationError|InsufficientCapabilities|InvalidChangeSetStatus|ChangeSetNotFound|LimitExceeded)/.test(
    problem.name,
  );
}

/** Error texts that AWS does not document but has used for years; or a change set that was just made and cannot be read yet. */
function isAboutState({ name, message }: CloudFormationServiceException): boolean {
  const words =
    /state and can ?not be updated|already exists and cannot be created|does not exist|is in \w+_IN_PROGRESS/;
  return name.startsWith('ChangeSetNotFound') || (name === 'ValidationError' && words.test(message));
}

// The name identifies the intent. A ClientToken would repeat it, and would not find a set that was deleted.
async function create(client: CloudFormationClient, order: ChangeSetOrder): Promise<'made' | 'known'> {
  try {
    await client.send(
      new CreateChangeSetCommand({
        StackName: order.stack,
        ChangeSetName: order.name,
        ChangeSetType: order.create ? 'CREATE' : 'UPDATE',
        ...('body' in order.template ? { TemplateBody: order.template.body } : { TemplateURL: order.template.url }),
        Parameters: [
          ...Object.entries(order.parameters).map(([ParameterKey, ParameterValue]) => ({
            ParameterKey,
            ParameterValue,
          })),
          ...order.keptParameters.map((ParameterKey) => ({ ParameterKey, UsePreviousValue: true })),
        ],
        Capabilities: capabilities,
        RoleARN: order.roleArn,
        Description: order.description,
        ...(order.importExisting === true ? { ImportExistingResources: true } : {}),
        Tags: Object.entries(order.tags).map(([Key, Value]) => ({ Key, Value })),
      }),
    );
    return 'made';
  } catch (problem) {
    if (!(problem instanceof Error) || problem.name !== 'AlreadyExistsException') throw problem;
    return 'known';
  }
}

// There is no event for a change set, so the function waits for it: seconds, never minutes, and never less than half a second.
async function computed(
  client: CloudFormationClient,
  pause: Pause,
  order: ChangeSetOrder,
): Promise<{ readonly changeSet: ChangeSet; readonly executable: boolean }> {
  for (let wait = 500; ; wait = Math.min(wait * 1.5, 3000)) {
    const answer = await describeChangeSet(client, order.stack, order.name);
    if (answer.Status === 'CREATE_COMPLETE' || answer.Status === 'FAILED') {
      const changeSet: ChangeSet = {
        id: answer.ChangeSetId ?? order.name,
        stackId: answer.StackId ?? order.stack,
        status: answer.Status === 'FAILED' ? 'failed' : 'ready',
        empty: answer.Status === 'FAILED' && isEmpty(answer.StatusReason ?? ''),
        reason: answer.StatusReason,
        changes: answer.Changes ?? [],
      };
      return { changeSet, executable: answer.ExecutionStatus === 'AVAILABLE' };
    }
    await pause(wait);
  }
}

function isEmpty(reason: string): boolean {
  return reason.includes("didn't contain changes") || reason.includes('No updates are to be performed');
}

async function describeChangeSet(
  client: CloudFormationClient,
  stack: string,
  name: string,
): Promise<DescribeChangeSetCommandOutput> {
  const input = { StackName: stack, ChangeSetName: name, IncludePropertyValues: true };
  const first = await client.send(new DescribeChangeSetCommand(input));
  const changes = [...(first.Changes ?? [])];
  for (let token = first.NextToken; token !== undefined;) {
    const page = await client.send(new DescribeChangeSetCommand({ ...input, NextToken: token }));
    changes.push(...(page.Changes ?? []));
    token = page.NextToken;
  }
  return { ...first, Changes: changes };
}
