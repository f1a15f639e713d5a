import { randomUUID } from 'node:crypto';
import { AwsError } from '../../../kernel/errors.ts';
import { SHARD, type StreamRecord } from '../../dynamodb/streams.ts';
import { deliver } from '../destinations.ts';
import type { Invoked } from '../invoker.ts';
import type { Lambda } from '../lambda.ts';
import { arnOf } from '../names.ts';
import type { MappingRecord } from './mapping.ts';
import { readerOf } from './poller.ts';

export interface Discarded {
  readonly records: readonly StreamRecord[];
  readonly condition: string;
  readonly attempts: number;
  readonly invoked: Invoked | undefined;
}

/**
 * Tells the on-failure destination, where there is one, which records were given up; the records themselves stay in the stream.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
 */
export async function discard(lambda: Lambda, mapping: MappingRecord, discarded: Discarded): Promise<void> {
  const { destination, target } = mapping.settings;
  const to = destination?.OnFailure?.Destination;
  if (to === undefined || to === '') return;
  const functionArn = arnOf(target, target.qualifier);
  const body = JSON.stringify(documentOf(lambda, mapping, discarded, functionArn));
  try {
    const delivery = { target: to, body, attributes: {}, detailType: '', functionArn };
    await deliver(lambda.kernel, readerOf(lambda, mapping), delivery);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    mapping.lastResult = `PROBLEM: ${error.message}`;
  }
}

function documentOf(
  { kernel }: Lambda,
  { source }: MappingRecord,
  { records, condition, attempts, invoked }: Discarded,
  functionArn: string,
): object {
  const time = (record: StreamRecord | undefined): string => new Date(record?.at ?? 0).toISOString();
  const [first, last] = [records[0], records.at(-1)];
  return {
    requestContext: { requestId: randomUUID(), functionArn, condition, approximateInvokeCount: attempts },
    ...(invoked === undefined
      ? {}
      : {
          responseContext: {
            statusCode: 200,
            executedVersion: invoked.executedVersion,
            functionError: invoked.failed ? 'Unhandled' : null,
          },
        }),
    version: '1.0',
    timestamp: kernel.clock.date().toISOString(),
    DDBStreamBatchInfo: {
      shardId: SHARD,
      startSequenceNumber: first?.sequenceNumber,
      endSequenceNumber: last?.sequenceNumber,
      approximateArrivalOfFirstRecord: time(first),
      approximateArrivalOfLastRecord: time(last),
      batchSize: records.length,
      streamArn: source,
    },
  };
}
