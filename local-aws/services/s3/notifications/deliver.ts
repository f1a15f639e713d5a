import { InvokeCommand } from '@aws-sdk/client-lambda';
import { PublishCommand } from '@aws-sdk/client-sns';
import { AwsError } from '../../../kernel/errors.ts';
import type { Kernel } from '../../../kernel/kernel.ts';
import { serviceCaller, type Caller } from '../../../kernel/principal.ts';
import type { Bucket } from '../store.ts';
import { includes, type Destination } from './destinations.ts';
import type { Change, Happening } from './change.ts';
import { unreachable } from './read-configuration.ts';
import { recordOf } from './record.ts';

/**
 * Makes sure that S3 may reach the destinations: queues and topics get a test message, of functions the permission is looked at.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketNotificationConfiguration.html
 * @throws AwsError InvalidArgument
 */
export async function checkDestinations(
  kernel: Kernel,
  bucket: Bucket,
  destinations: readonly Destination[],
  requestId: string,
): Promise<void> {
  const failed: string[] = [];
  for (const destination of destinations) {
    try {
      if (destination.kind === 'function') await invoke(kernel, bucket, destination, 'DryRun', '{}');
      else await send(kernel, bucket, destination, testMessage(kernel, bucket, requestId));
    } catch (error) {
      if (!(error instanceof AwsError) || error.status === 501) throw error;
      failed.push(destination.arn);
    }
  }
  if (failed.length > 0) throw unreachable(failed);
}

/** Sends a change to every destination that wants it. What S3 may no longer reach gets nothing, and nobody is told. */
export function deliver(kernel: Kernel, change: Change): void {
  const { bucket, version, what } = change;
  const event = eventOf(what);
  const wanted = bucket.destinations.filter(
    ({ events, prefix, suffix }) =>
      includes(events, event) && version.key.startsWith(prefix) && version.key.endsWith(suffix),
  );
  for (const destination of wanted) {
    const message = JSON.stringify({ Records: [recordOf(kernel, change, event, destination.id)] });
    kernel.background(`S3 tells ${destination.arn} of ${event}`, async () => {
      try {
        if (destination.kind === 'function') await invoke(kernel, bucket, destination, 'Event', message);
        else await send(kernel, bucket, destination, message);
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
      }
    });
  }
}

/** The event's name: https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html */
function eventOf(what: Happening): string {
  if (what.type === 'Object Created')
    switch (what.reason) {
      case 'PutObject':
        return 's3:ObjectCreated:Put';
      case 'CopyObject':
        return 's3:ObjectCreated:Copy';
      case 'CompleteMultipartUpload':
        return 's3:ObjectCreated:CompleteMultipartUpload';
    }
  return what.deletion === 'Permanently Deleted' ? 's3:ObjectRemoved:Delete' : 's3:ObjectRemoved:DeleteMarkerCreated';
}

function s3({ name, account, region }: Bucket): Caller {
  return serviceCaller('s3.amazonaws.com', account, region, `arn:aws:s3:::${name}`);
}

async function invoke(
  kernel: Kernel,
  bucket: Bucket,
  { arn }: Destination,
  InvocationType: 'DryRun' | 'Event',
  message: string,
): Promise<void> {
  await kernel.send(
    s3(bucket),
    new InvokeCommand({ FunctionName: arn, InvocationType, Payload: Buffer.from(message) }),
  );
}

async function send(kernel: Kernel, bucket: Bucket, { kind, arn }: Destination, message: string): Promise<void> {
  if (kind === 'queue') kernel.port.queues.send(s3(bucket), arn, message);
  else
    await kernel.send(
      s3(bucket),
      new PublishCommand({ TopicArn: arn, Subject: 'Amazon S3 Notification', Message: message }),
    );
}

function testMessage(kernel: Kernel, { name }: Bucket, requestId: string): string {
  return JSON.stringify({
    Service: 'Amazon S3',
    Event: 's3:TestEvent',
    Time: kernel.clock.date().toISOString(),
    Bucket: name,
    RequestId: requestId,
    HostId: requestId,
  });
}
