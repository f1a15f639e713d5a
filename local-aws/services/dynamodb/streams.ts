/**
 * Streams of tables: what changed, in order, for a day. A table's stream is one shard here, as a small table's is in AWS.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html
 */
import { createHash } from 'node:crypto';
import type { StreamSpecification, StreamViewType } from '@aws-sdk/client-dynamodb';
import { AwsError } from '../../kernel/errors.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { onlyMembers } from '../only-members.ts';
import { itemBytes } from './attribute-values.ts';

/** A change of one item. */
export interface StreamRecord {
  /** Its place in the stream, counted from 0. */
  readonly index: number;
  /** Engine milliseconds. */
  readonly at: number;
  /** The partition key's value: changes of one are read in order. */
  readonly partition: string;
  readonly sequenceNumber: string;
  /** As consumers get it, binary values in Base64. https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_Record.html */
  readonly record: Readonly<Record<string, unknown>>;
}

const RETENTION_MILLISECONDS = 86_400_000;
export const SHARD = 'shardId-00000000000000000000-00000001';

export class TableStream {
  readonly arn: string;
  private records: StreamRecord[] = [];
  private next = 0;

  constructor(
    private readonly kernel: Kernel,
    tableArn: string,
    readonly viewType: StreamViewType,
    /** When it was enabled, as its ARN ends. */
    readonly label: string,
  ) {
    this.arn = `${tableArn}/stream/${label}`;
  }

  /** The place behind its last record. */
  get end(): number {
    return this.next;
  }

  /** Its records from a place on, those older than a day left out. */
  from(index: number): readonly StreamRecord[] {
    const oldest = this.kernel.clock.now() - RETENTION_MILLISECONDS;
    this.records = this.records.filter(({ at }) => at > oldest);
    return this.records.filter((record) => record.index >= index);
  }

  /** What a write changed; one that left the item as it was is no change. */
  add(table: DynaliteTable, before: DynaliteItem | undefined, after: DynaliteItem | undefined): void {
    const item = after ?? before;
    if (item === undefined || JSON.stringify(before) === JSON.stringify(after)) return;
    const keys = Object.fromEntries(
      table.KeySchema.flatMap(({ AttributeName: name }) => (item[name] === undefined ? [] : [[name, item[name]]])),
    );
    const index = this.next++;
    const at = this.kernel.clock.now();
    const sequenceNumber = String(100_000_000_000_000_000_000n + BigInt(index) * 100n);
    const images = {
      ...(after !== undefined && this.viewType.includes('NEW') ? { NewImage: after } : {}),
      ...(before !== undefined && this.viewType.includes('OLD') ? { OldImage: before } : {}),
    };
    const size = [keys, images.NewImage, images.OldImage].reduce((total, part) => total + itemBytes(part ?? {}), 0);
    const hash = table.KeySchema.find(({ KeyType }) => KeyType === 'HASH')?.AttributeName ?? '';
    this.records.push({
      index,
      at,
      sequenceNumber,
      partition: JSON.stringify(item[hash]),
      record: {
        eventID: createHash('md5').update(`${this.arn} ${sequenceNumber}`).digest('hex'),
        eventName: before === undefined ? 'INSERT' : after === undefined ? 'REMOVE' : 'MODIFY',
        eventVersion: '1.1',
        eventSource: 'aws:dynamodb',
        awsRegion: this.arn.split(':')[3],
        dynamodb: {
          ApproximateCreationDateTime: Math.floor(at / 1_000),
          Keys: keys,
          ...images,
          SequenceNumber: sequenceNumber,
          SizeBytes: size,
          StreamViewType: this.viewType,
        },
        eventSourceARN: this.arn,
      },
    });
    this.kernel.tell(this.arn);
  }
}

/** The stream a table is to have. @throws AwsError ValidationException */
export function streamOf(
  kernel: Kernel,
  tableArn: string,
  given: StreamSpecification | undefined,
  before?: TableStream,
): TableStream | undefined {
  if (given === undefined) return before;
  onlyMembers(given, ['StreamEnabled', 'StreamViewType'], 'StreamSpecification');
  if (given.StreamEnabled !== true) return undefined;
  if (before !== undefined) throw invalid('Table already has an enabled stream');
  if (given.StreamViewType === undefined)
    throw invalid(
      'One or more parameter values were invalid: StreamViewType must be specified when StreamEnabled is true',
    );
  return new TableStream(kernel, tableArn, given.StreamViewType, kernel.clock.date().toISOString().replace('Z', ''));
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message);
}
