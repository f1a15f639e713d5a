import type { Message, MessageAttributeValue } from '@aws-sdk/client-sqs';

/** A message as a function gets it. https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html#example-standard-queue-message-event */
export interface QueueRecord {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly messageAttributes: Readonly<Record<string, unknown>>;
  readonly md5OfBody: string;
  readonly md5OfMessageAttributes?: string;
  readonly eventSource: 'aws:sqs';
  readonly eventSourceARN: string;
  readonly awsRegion: string;
}

export function queueRecord(message: Message, source: string): QueueRecord {
  const { MD5OfMessageAttributes } = message;
  return {
    messageId: message.MessageId ?? '',
    receiptHandle: message.ReceiptHandle ?? '',
    body: message.Body ?? '',
    attributes: message.Attributes ?? {},
    messageAttributes: Object.fromEntries(
      Object.entries(message.MessageAttributes ?? {}).map(([name, value]) => [name, attributeOf(value)]),
    ),
    md5OfBody: message.MD5OfBody ?? '',
    ...(MD5OfMessageAttributes === undefined ? {} : { md5OfMessageAttributes: MD5OfMessageAttributes }),
    eventSource: 'aws:sqs',
    eventSourceARN: source,
    awsRegion: source.split(':')[3] ?? '',
  };
}

function attributeOf({ DataType, StringValue, BinaryValue }: MessageAttributeValue) {
  return {
    ...(StringValue === undefined ? {} : { stringValue: StringValue }),
    ...(BinaryValue === undefined ? {} : { binaryValue: Buffer.from(BinaryValue).toString('base64') }),
    stringListValues: [],
    binaryListValues: [],
    dataType: DataType,
  };
}

/** What filters look at: a body of JSON is looked into. https://docs.aws.amazon.com/lambda/latest/dg/with-sqs-filtering.html */
export function filteredAs(record: QueueRecord): Readonly<Record<string, unknown>> {
  return { ...record, body: looked(record.body) };
}

function looked(body: string): unknown {
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === 'object' && parsed !== null ? parsed : body;
  } catch {
    return body;
  }
}

/** A queue's URL, of which only account and name count. */
export function queueUrl(endpoint: string, arn: string): string {
  const [, , , , account = '', name = ''] = arn.split(':');
  return `${endpoint}/${account}/${name}`;
}
