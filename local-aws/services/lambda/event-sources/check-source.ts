import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { AwsError } from '../../../kernel/errors.ts';
import type { Caller, PolicyDocument } from '../../../kernel/principal.ts';
import type { Lambda } from '../lambda.ts';
import { checkTarget, mustAllow } from '../roles.ts';
import { invalid, versionOf } from '../store.ts';
import type { MappingRecord } from './mapping.ts';
import { readerOf } from './poller.ts';
import { queueUrl } from './queue-record.ts';

/** Checks that the function's role may read the source, as AWS does when a mapping is made or changed. @throws AwsError InvalidParameterValueException */
export async function checkSource(lambda: Lambda, mapping: MappingRecord): Promise<void> {
  const caller = readerOf(lambda, mapping);
  if (mapping.kind === 'queue') await checkQueue(lambda, mapping, caller);
  else checkStream(lambda, mapping, caller);
}

function checkStream(lambda: Lambda, { source, settings }: MappingRecord, caller: Caller): void {
  try {
    const actions = ['GetRecords', 'GetShardIterator', 'DescribeStream', 'ListStreams'];
    const asked = actions.map((action) => ({ action: `dynamodb:${action}`, resource: source }));
    lambda.kernel.port.iam.authorize(caller, asked);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw invalid(
      `Cannot access stream ${source}. Please ensure the role can perform the GetRecords, GetShardIterator, DescribeStream, and ListStreams Actions on your stream in IAM.`,
    );
  }
  if (lambda.streams(source) === undefined) throw invalid(`Stream not found: ${source}`);
  const to = settings.destination?.OnFailure?.Destination;
  if (to !== undefined && to !== '') checkTarget(lambda.kernel, caller, to);
}

async function checkQueue(lambda: Lambda, { source, settings }: MappingRecord, caller: Caller): Promise<void> {
  const attributes = await attributesOf(lambda, source, caller);
  const text = attributes['Policy'];
  const resourcePolicy: PolicyDocument | undefined =
    text === undefined ? undefined : lambda.kernel.port.iam.parsePolicy(text);
  for (const action of ['ReceiveMessage', 'DeleteMessage'])
    mustAllow(lambda.kernel, caller, { action: `sqs:${action}`, resource: source, resourcePolicy }, `${action} on SQS`);
  const { timeout } = versionOf(lambda.store.get(settings.target), settings.target.qualifier).settings;
  const visibility = Number(attributes['VisibilityTimeout']);
  if (visibility < timeout)
    throw invalid(`Queue visibility timeout: ${visibility} seconds is less than Function timeout: ${timeout} seconds`);
}

async function attributesOf(
  { kernel }: Lambda,
  source: string,
  caller: Caller,
): Promise<Readonly<Partial<Record<string, string>>>> {
  const QueueUrl = queueUrl(kernel.endpoint(), source);
  try {
    const asked = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] });
    return (await kernel.send(caller, asked)).Attributes ?? {};
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    if (error.status === 403)
      throw invalid('The provided execution role does not have permissions to call GetQueueAttributes on SQS');
    throw invalid(
      `Error occurred while ReceiveMessage. SQS Error Code: AWS.SimpleQueueService.NonExistentQueue. SQS Error Message: ${error.message}`,
    );
  }
}
