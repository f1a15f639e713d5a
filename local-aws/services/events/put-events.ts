/** PutEvents: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html */
import {
  PutEventsCommand,
  TestEventPatternCommand,
  type PutEventsRequestEntry,
  type PutEventsResultEntry,
} from '@aws-sdk/client-eventbridge';
import { randomUUID } from 'node:crypto';
import type { Kernel } from '../../kernel/kernel.ts';
import { operation, type AnyOperation, type Authorization, type Call } from '../../kernel/service.ts';
import { onlyMembers } from '../only-members.ts';
import { busArn, type Bus, type Buses, type Envelope } from './buses.ts';
import type { Delivery } from './delivery.ts';
import { isRecord } from './matchers.ts';
import { readPattern } from './pattern.ts';
import { required, validation } from './requests.ts';

const LARGEST_ENTRY = 1_048_576;

export function putEventsOperations(kernel: Kernel, buses: Buses, delivery: Delivery): AnyOperation[] {
  return [
    operation({
      command: PutEventsCommand,
      accepts: ['Entries'],
      authorize: (input, call) => (input.Entries ?? []).map((entry) => askOf(buses, entry, call)),
      handle: async (input, call) => {
        const entries = required(input.Entries, 'entries');
        if (entries.length === 0 || entries.length > 10)
          throw validation(
            "1 validation error detected: Value at 'entries' failed to satisfy constraint: Member must have length between 1 and 10",
          );
        if (entries.reduce((sum, entry) => sum + sizeOf(entry), 0) > LARGEST_ENTRY)
          throw validation('Total size of the entries in the request is over the limit.');
        const results = entries.map((entry) => put(kernel, buses, delivery, entry, call));
        return {
          FailedEntryCount: results.filter(({ ErrorCode: code }) => code !== undefined).length,
          Entries: results,
        };
      },
    }),
    operation({
      command: TestEventPatternCommand,
      accepts: ['EventPattern', 'Event'],
      authorize: () => ({ action: 'events:TestEventPattern', resource: '*' }),
      handle: async (input) => {
        const event = parse(required(input.Event, 'event'));
        const missing = ['id', 'account', 'source', 'time', 'region', 'resources', 'detail-type'];
        if (!isRecord(event) || missing.some((name) => !(name in event)))
          throw validation('Parameter Event is not valid. Reason: a mandatory field is missing.');
        return { Result: readPattern(required(input.EventPattern, 'eventPattern'))(event) };
      },
    }),
  ];
}

function askOf(buses: Buses, entry: PutEventsRequestEntry, { caller }: Call): Authorization {
  const name = entry.EventBusName ?? 'default';
  const resource = name.startsWith('arn:') ? name : busArn(caller.account, caller.region, name);
  const [, , , region = '', account = '', path = ''] = resource.split(':');
  return {
    action: 'events:PutEvents',
    resource,
    resourcePolicy: buses.find(account, region, path.replace('event-bus/', ''))?.policy,
    context: {
      ...(entry.Source === undefined ? {} : { 'events:source': entry.Source }),
      ...(entry.DetailType === undefined ? {} : { 'events:detail-type': entry.DetailType }),
    },
  };
}

function put(
  kernel: Kernel,
  buses: Buses,
  delivery: Delivery,
  entry: PutEventsRequestEntry,
  call: Call,
): PutEventsResultEntry {
  onlyMembers(
    entry,
    ['Time', 'Source', 'Resources', 'DetailType', 'Detail', 'EventBusName'],
    'an entry of events:PutEvents',
  );
  const { Source: source, DetailType: detailType, Detail: text } = entry;
  if (source === undefined || source === '')
    return fault('InvalidArgument', 'Parameter Source is not valid. Reason: Source is a required argument.');
  if (detailType === undefined || detailType === '')
    return fault('InvalidArgument', 'Parameter DetailType is not valid. Reason: DetailType is a required argument.');
  if (text === undefined)
    return fault('InvalidArgument', 'Parameter Detail is not valid. Reason: Detail is a required argument.');
  if (source.startsWith('aws.')) return fault('NotAuthorizedForSourceException', 'Not authorized for the source.');
  const detail = parse(text);
  if (!isRecord(detail)) return fault('MalformedDetail', 'Detail is malformed.');
  const bus = busOf(buses, entry, call);
  if (bus === undefined) return fault('InvalidArgument', `Event bus ${entry.EventBusName ?? ''} does not exist.`);
  const { account, region } = call.caller;
  const event = envelope({
    source,
    detailType,
    detail,
    account,
    region,
    time: entry.Time ?? kernel.clock.date(),
    resources: entry.Resources ?? [],
  });
  kernel.meters.count('events', account, bus.name);
  delivery.enter(bus, event);
  return { EventId: event.id };
}

/** An event as buses carry it. */
export function envelope(event: {
  readonly source: string;
  readonly detailType: string;
  readonly detail: unknown;
  readonly account: string;
  readonly region: string;
  readonly time: Date;
  readonly resources: readonly string[];
}): Envelope {
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': event.detailType,
    source: event.source,
    account: event.account,
    time: event.time.toISOString().replace(/\.\d+Z$/, 'Z'),
    region: event.region,
    resources: event.resources,
    detail: event.detail,
  };
}

function busOf(
  buses: Buses,
  { EventBusName: name = 'default' }: PutEventsRequestEntry,
  { caller }: Call,
): Bus | undefined {
  const [, , , region = '', account = '', path = ''] = name.startsWith('arn:')
    ? name.split(':')
    : busArn(caller.account, caller.region, name).split(':');
  return buses.find(account, region, path.replace('event-bus/', ''));
}

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html#eb-event-size */
function sizeOf(entry: PutEventsRequestEntry): number {
  const texts = [entry.Source, entry.DetailType, entry.Detail, ...(entry.Resources ?? [])];
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text ?? ''), entry.Time === undefined ? 0 : 14);
}

function fault(ErrorCode: string, ErrorMessage: string): PutEventsResultEntry {
  return { ErrorCode, ErrorMessage };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
