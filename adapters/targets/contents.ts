import type { AwsCredentialIdentity } from '@smithy/types';
import type { Look } from '../../core/template/holdings.ts';
import { onDemand } from '../on-demand.ts';
import type { Observability } from '../powertools/observability.ts';

/** How much is in resources of a target. What is in them is not read. */
export interface Contents {
  /** Of what is not there any more, nothing; undefined where it may not be looked at. */
  amount(look: Look, physicalId: string): Promise<number | undefined>;
}

interface Settings {
  readonly region: string;
  readonly credentials: AwsCredentialIdentity;
}

type Count = (physicalId: string) => Promise<number>;

/**
 * Looked at when a release is rolled back that has added what may hold data: nobody else loads these clients.
 * @param access a session for nothing else
 */
export function contentsOnDemand(observe: Observability, access: () => Promise<Settings>): Contents {
  const part = (open: (settings: Settings) => Promise<Count>) => onDemand(async () => open(await access()));
  const counts: Readonly<Record<Look, () => Promise<Count>>> = {
    items: part(async (settings) => (await import('../dynamodb/items.ts')).openItems(observe, settings)),
    objects: part(async (settings) => (await import('../s3/objects.ts')).openObjects(observe, settings)),
    messages: part(async (settings) => (await import('../sqs/messages.ts')).openMessages(observe, settings)),
    streams: part(async (settings) => (await import('../cloudwatch-logs/streams.ts')).openStreams(observe, settings)),
    values: part(
      async (settings) => (await import('../secrets-manager/secrets.ts')).openSecrets(observe, settings).values,
    ),
    changes: part(async (settings) => (await import('../ssm/parameters.ts')).openParameters(observe, settings).changes),
  };
  return {
    amount: async (look, physicalId) => {
      try {
        const count = await counts[look]();
        return await count(physicalId);
      } catch (problem) {
        const name = problem instanceof Error ? problem.name : '';
        if (/NotFound|NoSuch|NonExistent|DoesNotExist/.test(name)) return 0;
        // An encrypted table is read with its key, which is the team's.
        if (/AccessDenied|NotAuthorized|^KMS|^Kms/.test(name)) return undefined;
        throw problem;
      }
    },
  };
}
