import { CloudFormationClient, paginateDescribeStackEvents, type StackEvent } from '@aws-sdk/client-cloudformation';
import type { LocalAws } from 'local-aws';
import type { Target } from '../../../core/values/identifiers.ts';

/** While a release was not proven in an environment: from its change on, until what was there before might go, or was put back. */
export interface Unproven {
  readonly since: string;
  readonly until: string;
}

/** When what was there before may go, or is put back. */
export const endsUnproven: readonly string[] = ['settleStarted', 'stackRestoreStarted', 'ended'];

/** @param events of one release, in their order; @returns undefined where the environment was not changed */
export function unprovenIn(
  events: readonly { readonly type: string; readonly at: string; readonly environment?: string | undefined }[],
  environment: string,
): Unproven | undefined {
  const own = events.filter((event) => event.type === 'ended' || event.environment === environment);
  const start = own.findIndex(({ type }) => type === 'changeStarted');
  const [since, end] = [own[start]?.at, own.slice(start + 1).find(({ type }) => endsUnproven.includes(type))?.at];
  return since === undefined || end === undefined ? undefined : { since, until: end };
}

/**
 * Logical ids of what CloudFormation took away while a release was unproven, of what was there before. An update may delete a part of a
 * resource to put it anew; what is taken away is said by the stack's events alone.
 * @param before physical ids by logical id
 */
export function takenAway(
  before: Readonly<Record<string, string>>,
  events: readonly StackEvent[],
  { since, until }: Unproven,
): readonly string[] {
  const gone = new Set(
    events
      .filter(({ ResourceStatus = '', Timestamp }) => {
        const at = Timestamp?.toISOString() ?? '';
        return /^DELETE_(IN_PROGRESS|COMPLETE)$/.test(ResourceStatus) && at >= since && at < until;
      })
      .map(({ PhysicalResourceId = '' }) => PhysicalResourceId),
  );
  return Object.keys(before).filter((logicalId) => gone.has(before[logicalId] ?? ''));
}

/** Every event of a stack, the newest first; none where there is no stack. */
export async function stackEvents(aws: LocalAws, StackName: string, place: Target): Promise<readonly StackEvent[]> {
  const client = aws.client(CloudFormationClient, place);
  const all: StackEvent[] = [];
  try {
    for await (const { StackEvents = [] } of paginateDescribeStackEvents({ client }, { StackName }))
      all.push(...StackEvents);
  } catch (error) {
    if (!(error instanceof Error && /does not exist/.test(error.message))) throw error;
  } finally {
    client.destroy();
  }
  return all;
}
