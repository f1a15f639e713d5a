/**
 * CloudWatch Logs: groups, streams, events, retention, tags, filtering by plain terms, metrics in the embedded metric format.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/Welcome.html
 */
import type { Kernel } from '../kernel/kernel.ts';
import type { Service } from '../kernel/service.ts';
import { eventOperations } from './logs/event-operations.ts';
import { groupOperations } from './logs/group-operations.ts';
import { LogStore } from './logs/store.ts';
import { streamOperations } from './logs/stream-operations.ts';

/** The service `logs`. */
export function createLogs(kernel: Kernel): { services: Service[] } {
  const store = new LogStore(kernel);
  return {
    services: [
      {
        signingName: 'logs',
        documentation:
          'Log groups, streams, events, retention, tags, metrics in the embedded metric format. https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/Welcome.html',
        operations: [...groupOperations(store), ...streamOperations(store), ...eventOperations(store)],
        tagsOf: (arn) => store.tagsOf(arn),
      },
    ],
  };
}
