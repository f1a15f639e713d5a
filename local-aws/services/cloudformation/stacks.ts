import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { AwsError } from '../../kernel/errors.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import type { ResourceStatus, StackStatus } from '@aws-sdk/client-cloudformation';
import { validationError } from './errors.ts';
import type { ResourceRecord, RunningOperation, Stack, StackEventRecord } from './stack.ts';

/**
 * The stacks of every account and region, their events, and what EventBridge hears of them.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/event-detail-stack-status-change.html
 */
export class Stacks {
  private readonly all: Stack[] = [];

  constructor(private readonly kernel: Kernel) {}

  /** A stack that is not there yet: what a template is checked against before anything is remembered. */
  draft(account: string, region: string, name: string): Stack {
    return {
      id: `arn:aws:cloudformation:${region}:${account}:stack/${name}/${randomUUID()}`,
      name,
      account,
      region,
      createdAt: this.kernel.clock.now(),
      updatedAt: undefined,
      deletedAt: undefined,
      status: 'REVIEW_IN_PROGRESS',
      reason: undefined,
      desired: undefined,
      resources: new Map(),
      outputs: [],
      events: [],
      changeSets: [],
      pastChangeSets: [],
      changeSetId: undefined,
      roleArn: undefined,
      disableRollback: false,
      terminationProtection: false,
      policy: undefined,
      operation: undefined,
      undo: undefined,
      imported: new Map(),
    };
  }

  /** @throws AwsError AlreadyExistsException, also when the name was taken while the draft was prepared */
  add(stack: Stack): void {
    this.checkFree(stack.account, stack.region, stack.name);
    this.all.push(stack);
  }

  checkFree(account: string, region: string, name: string): void {
    if (this.find(account, region, name) !== undefined)
      throw new AwsError('AlreadyExistsException', `Stack [${name}] already exists`);
  }

  /** The stack of that id, deleted ones included, or the living one of that name. */
  find(account: string, region: string, nameOrId: string): Stack | undefined {
    const here = this.in(account, region);
    if (nameOrId.startsWith('arn:')) return here.find(({ id }) => id === nameOrId);
    return here.find(({ name, status }) => name === nameOrId && status !== 'DELETE_COMPLETE');
  }

  /** As find(), worded as most operations do. @throws AwsError ValidationError */
  get(account: string, region: string, nameOrId: string): Stack {
    const stack = this.find(account, region, nameOrId);
    if (stack === undefined) throw validationError(`Stack [${nameOrId}] does not exist`);
    return stack;
  }

  in(account: string, region: string): readonly Stack[] {
    return this.all.filter((stack) => stack.account === account && stack.region === region);
  }

  /** Every export of an account and region: its value and who exports it. */
  exports(account: string, region: string): ReadonlyMap<string, { readonly value: string; readonly stack: Stack }> {
    return new Map(
      this.in(account, region)
        .filter(({ status }) => status !== 'DELETE_COMPLETE')
        .flatMap((stack) =>
          stack.outputs.flatMap(({ exportName, value }) =>
            exportName === undefined ? [] : [[exportName, { value, stack }] as const],
          ),
        ),
    );
  }

  /** A new status of the stack itself: an event of the stack, and one for EventBridge. */
  setStatus(stack: Stack, status: StackStatus, reason?: string, operation = stack.operation): void {
    stack.status = status;
    stack.reason = reason;
    this.record(stack, operation, {
      id: randomUUID(),
      logicalId: stack.name,
      physicalId: stack.id,
      type: 'AWS::CloudFormation::Stack',
      status: eventStatus.parse(status),
      at: this.kernel.clock.now(),
      ...(reason === undefined ? {} : { reason }),
    });
    this.kernel.port.events.emit({
      account: stack.account,
      region: stack.region,
      source: 'aws.cloudformation',
      detailType: 'CloudFormation Stack Status Change',
      resources: [stack.id],
      detail: {
        'stack-id': stack.id,
        'status-details': { status, 'status-reason': reason ?? '' },
        'client-request-token': operation?.token ?? '',
      },
    });
  }

  /** A new status of a resource. The record becomes the stack's, unless `event` only reports on something else. */
  setResource(
    stack: Stack,
    record: ResourceRecord,
    status: ResourceStatus,
    options: { readonly reason?: string | undefined; readonly keep?: boolean } = {},
  ): ResourceRecord {
    const at = this.kernel.clock.now();
    const reason = options.reason === undefined ? {} : { reason: options.reason };
    const next: ResourceRecord = { ...withoutReason(record), status, at, ...reason };
    if (options.keep !== true) stack.resources.set(record.logicalId, next);
    this.record(stack, stack.operation, {
      id: eventId(stack, `${record.logicalId}-${status}-${new Date(at).toISOString()}`),
      logicalId: record.logicalId,
      physicalId: record.physicalId ?? '',
      type: record.type,
      at,
      status,
      properties: JSON.stringify(record.properties),
      ...reason,
    });
    this.emitResource(stack, next);
    return next;
  }

  private record(stack: Stack, operation: RunningOperation | undefined, event: StackEventRecord): void {
    stack.events.push({ ...event, ...(operation?.token === undefined ? {} : { token: operation.token }) });
  }

  private emitResource(stack: Stack, record: ResourceRecord): void {
    this.kernel.port.events.emit({
      account: stack.account,
      region: stack.region,
      source: 'aws.cloudformation',
      detailType: 'CloudFormation Resource Status Change',
      resources: [stack.id],
      detail: {
        'stack-id': stack.id,
        'logical-resource-id': record.logicalId,
        'physical-resource-id': record.physicalId ?? '',
        'status-details': { status: record.status, 'status-reason': record.reason ?? '' },
        'resource-type': record.type,
        'client-request-token': stack.operation?.token ?? '',
      },
    });
  }
}

function withoutReason(record: ResourceRecord): ResourceRecord {
  const { logicalId, type, attributes, properties, definition, dependsOn, status, at } = record;
  const physicalId = record.physicalId === undefined ? {} : { physicalId: record.physicalId };
  const standing = record.standing === undefined ? {} : { standing: record.standing };
  return { logicalId, type, ...physicalId, attributes, properties, ...standing, definition, dependsOn, status, at };
}

/** Events of the stack itself carry every stack status, also those the SDK's type of an event's status leaves out. */
const eventStatus = z.custom<ResourceStatus>((status) => typeof status === 'string');

function eventId(stack: Stack, wanted: string): string {
  return stack.events.some(({ id }) => id === wanted) ? `${wanted}-${stack.events.length}` : wanted;
}
