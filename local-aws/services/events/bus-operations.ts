import {
  CreateEventBusCommand,
  DeleteEventBusCommand,
  DescribeEventBusCommand,
  ListEventBusesCommand,
  PutPermissionCommand,
  RemovePermissionCommand,
  UpdateEventBusCommand,
  type EventBus,
} from '@aws-sdk/client-eventbridge';
import { AwsError } from '../../kernel/errors.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import type { PolicyDocument, PolicyStatement } from '../../kernel/principal.ts';
import { operation, type AnyOperation, type Authorization, type Call } from '../../kernel/service.ts';
import { busArn, type Bus, type Buses } from './buses.ts';
import { page, required, tagContext, tagsOf, validation } from './requests.ts';

/** Event buses and their resource policies. */
export function busOperations(kernel: Kernel, buses: Buses): AnyOperation[] {
  return [...lifeOperations(buses), ...permissionOperations(kernel, buses)];
}

function ask(
  action: string,
  { caller }: Call,
  nameOrArn = 'default',
  context: Authorization['context'] = {},
): Authorization {
  const resource = nameOrArn.startsWith('arn:') ? nameOrArn : busArn(caller.account, caller.region, nameOrArn);
  return { action: `events:${action}`, resource, context };
}

function lifeOperations(buses: Buses): AnyOperation[] {
  return [
    operation({
      command: CreateEventBusCommand,
      accepts: ['Name', 'Description', 'Tags'],
      authorize: (input, call) => {
        const creating = ask('CreateEventBus', call, input.Name, tagContext(input.Tags));
        const tagging = (input.Tags?.length ?? 0) > 0 ? [{ ...creating, action: 'events:TagResource' }] : [];
        return [creating, ...tagging];
      },
      handle: async (input, { caller }) => {
        const name = required(input.Name, 'name');
        if (!/^[.\-_A-Za-z0-9]{1,256}$/.test(name)) throw validation(`Event bus name ${name} is not valid.`);
        if (buses.find(caller.account, caller.region, name) !== undefined)
          throw new AwsError('ResourceAlreadyExistsException', `Event bus ${name} already exists.`);
        const bus = buses.create(caller.account, caller.region, name);
        bus.description = input.Description;
        for (const [key, value] of tagsOf(input.Tags)) bus.tags.set(key, value);
        return { EventBusArn: bus.arn, Description: bus.description };
      },
    }),
    operation({
      command: UpdateEventBusCommand,
      accepts: ['Name', 'Description'],
      authorize: (input, call) => ask('UpdateEventBus', call, input.Name),
      handle: async (input, call) => {
        const bus = buses.own(call, input.Name);
        bus.description = input.Description;
        return { Arn: bus.arn, Name: bus.name, Description: bus.description };
      },
    }),
    operation({
      command: DeleteEventBusCommand,
      accepts: ['Name'],
      authorize: (input, call) => ask('DeleteEventBus', call, input.Name),
      handle: async (input, { caller }) => {
        const name = required(input.Name, 'name');
        if (name === 'default') throw validation('Cannot delete event bus default.');
        // Deleting a bus that is not there is no error.
        const bus = buses.find(caller.account, caller.region, name);
        if (bus === undefined) return {};
        if (bus.rules.size > 0) throw validation(`Cannot delete event bus ${name} while it has rules.`);
        buses.delete(bus);
        return {};
      },
    }),
    operation({
      command: DescribeEventBusCommand,
      accepts: ['Name'],
      authorize: (input, call) => ask('DescribeEventBus', call, input.Name),
      handle: async (input, call) => shapeOf(buses.own(call, input.Name)),
    }),
    operation({
      command: ListEventBusesCommand,
      accepts: ['NamePrefix', 'Limit', 'NextToken'],
      authorize: () => ({ action: 'events:ListEventBuses', resource: '*' }),
      handle: async (input, { caller }) => {
        const found = buses
          .list(caller.account, caller.region)
          .filter(({ name }) => name.startsWith(input.NamePrefix ?? ''));
        const { items, ...rest } = page(found, input);
        return { EventBuses: items.map(shapeOf), ...rest };
      },
    }),
  ];
}

function permissionOperations(kernel: Kernel, buses: Buses): AnyOperation[] {
  return [
    operation({
      command: PutPermissionCommand,
      accepts: ['EventBusName', 'Action', 'Principal', 'StatementId', 'Policy'],
      authorize: (input, call) => ask('PutPermission', call, input.EventBusName),
      handle: async (input, call) => {
        const bus = buses.own(call, input.EventBusName);
        if (input.Policy !== undefined) {
          bus.policy = fitting(kernel.port.iam.parsePolicy(input.Policy));
          return {};
        }
        const principal = required(input.Principal, 'principal');
        const statement: PolicyStatement = {
          Sid: required(input.StatementId, 'statementId'),
          Effect: 'Allow',
          Principal: principal === '*' ? '*' : { AWS: `arn:aws:iam::${principal}:root` },
          Action: required(input.Action, 'action'),
          Resource: bus.arn,
        };
        const others = statements(bus).filter(({ Sid: id }) => id !== statement.Sid);
        bus.policy = fitting(withStatements(bus, [...others, statement]));
        return {};
      },
    }),
    operation({
      command: RemovePermissionCommand,
      accepts: ['EventBusName', 'StatementId', 'RemoveAllPermissions'],
      authorize: (input, call) => ask('RemovePermission', call, input.EventBusName),
      handle: async (input, call) => {
        const bus = buses.own(call, input.EventBusName);
        if (input.RemoveAllPermissions === true) {
          bus.policy = undefined;
          return {};
        }
        const kept = statements(bus).filter(({ Sid: id }) => id !== required(input.StatementId, 'statementId'));
        if (kept.length === statements(bus).length)
          throw new AwsError('ResourceNotFoundException', `Statement ${input.StatementId ?? ''} does not exist.`);
        bus.policy = withStatements(bus, kept);
        return {};
      },
    }),
  ];
}

function statements({ policy }: Bus): readonly PolicyStatement[] {
  if (policy === undefined) return [];
  const found = policy.Statement;
  return isMany(found) ? found : [found];
}

function isMany(found: PolicyDocument['Statement']): found is readonly PolicyStatement[] {
  return Array.isArray(found);
}

function withStatements({ policy }: Bus, kept: readonly PolicyStatement[]): PolicyDocument | undefined {
  return kept.length === 0 ? undefined : { Version: '2012-10-17', ...policy, Statement: kept };
}

/** Bytes of a bus's policy: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html */
const LARGEST_POLICY = 10_240;

/** @throws AwsError PolicyLengthExceededException */
function fitting(policy: PolicyDocument | undefined): PolicyDocument | undefined {
  const size = Buffer.byteLength(JSON.stringify(policy ?? {}));
  if (size <= LARGEST_POLICY) return policy;
  throw new AwsError(
    'PolicyLengthExceededException',
    `The event bus policy has ${size} bytes; at most ${LARGEST_POLICY} are allowed.`,
  );
}

function shapeOf(bus: Bus): EventBus {
  return {
    Name: bus.name,
    Arn: bus.arn,
    Description: bus.description,
    Policy: bus.policy === undefined ? undefined : JSON.stringify(bus.policy),
    CreationTime: bus.createdAt,
    LastModifiedTime: bus.createdAt,
  };
}
