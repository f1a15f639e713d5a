import type { Kernel } from '../../kernel/kernel.ts';
import type { Service } from '../../kernel/service.ts';
import { bucketOperations } from './bucket-operations.ts';
import { bucketSettings } from './bucket-settings.ts';
import { deleteOperations } from './delete-operations.ts';
import { getOperations } from './get-operations.ts';
import { listOperations } from './list-operations.ts';
import { multipartOperations } from './multipart-operations.ts';
import { notificationOperations } from './notifications/operations.ts';
import { putOperations } from './put-operations.ts';
import { Buckets } from './store.ts';

/**
 * S3: buckets and their settings, versioned objects, multipart uploads, notifications of EventBridge, functions, queues and topics. Bodies stay in memory.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/
 */
export function createS3(kernel: Kernel): { services: Service[] } {
  const buckets = new Buckets(kernel);
  return {
    services: [
      {
        signingName: 's3',
        documentation:
          'Buckets (versioning, encryption, policies, notifications, Object Lock; lifecycle and logging ' +
          'are kept and do nothing), objects with checksums and ranges, lists, multipart uploads. ' +
          'https://docs.aws.amazon.com/AmazonS3/latest/API/',
        operations: [
          ...bucketOperations(buckets),
          ...bucketSettings(buckets),
          ...notificationOperations(buckets),
          ...putOperations(buckets),
          ...getOperations(buckets),
          ...deleteOperations(buckets),
          ...listOperations(buckets),
          ...multipartOperations(buckets),
        ],
      },
    ],
  };
}
