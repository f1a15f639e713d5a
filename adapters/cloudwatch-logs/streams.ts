import {
  CloudWatchLogsClient,
  type CloudWatchLogsClientConfig,
  DescribeLogStreamsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import type { Observability } from '../powertools/observability.ts';

/** Counts one stream of a log group, where there is one. Logs are not read. */
export function openStreams(
  observe: Observability,
  settings: CloudWatchLogsClientConfig,
): (logGroupName: string) => Promise<number> {
  const client = observe.client(new CloudWatchLogsClient(settings));
  return async (logGroupName) => {
    const { logStreams = [] } = await client.send(new DescribeLogStreamsCommand({ logGroupName, limit: 1 }));
    return logStreams.length;
  };
}
