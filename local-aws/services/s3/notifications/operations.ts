import {
  GetBucketNotificationConfigurationCommand,
  PutBucketNotificationConfigurationCommand,
} from '@aws-sdk/client-s3';
import { operation, type AnyOperation } from '../../../kernel/service.ts';
import { bucketAction } from '../access.ts';
import type { Buckets } from '../store.ts';
import { checkDestinations } from './deliver.ts';
import { configurationOf } from './destinations.ts';
import { readDestinations } from './read-configuration.ts';

/** Who is told of a bucket's objects. https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventNotifications.html */
export function notificationOperations(buckets: Buckets): AnyOperation[] {
  return [
    operation({
      command: PutBucketNotificationConfigurationCommand,
      accepts: [
        'Bucket',
        'NotificationConfiguration',
        'SkipDestinationValidation',
        'ExpectedBucketOwner',
        // Checksums over small configuration documents are the client's habit; TLS stands for them here.
        'ChecksumAlgorithm',
        'ContentMD5',
      ],
      authorize: bucketAction(buckets, 's3:PutBucketNotification'),
      handle: async (input, { caller, requestId }) => {
        const bucket = buckets.get(input, caller);
        const destinations = readDestinations(input.NotificationConfiguration, bucket.region);
        if (input.SkipDestinationValidation !== true)
          await checkDestinations(buckets.kernel, bucket, destinations, requestId);
        bucket.destinations = destinations;
        bucket.eventBridge = input.NotificationConfiguration?.EventBridgeConfiguration !== undefined;
        return {};
      },
    }),
    operation({
      command: GetBucketNotificationConfigurationCommand,
      accepts: ['Bucket', 'ExpectedBucketOwner'],
      authorize: bucketAction(buckets, 's3:GetBucketNotification'),
      handle: async (input, { caller }) => {
        const { destinations, eventBridge } = buckets.get(input, caller);
        return configurationOf(destinations, eventBridge);
      },
    }),
  ];
}
