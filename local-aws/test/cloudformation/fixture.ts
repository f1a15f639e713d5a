import { createIdentity } from '../../services/iam/service.ts';
import { createCloudFormation, type CloudFormationOptions } from '../../services/cloudformation/service.ts';
import type { ResourceProvider } from '../../services/cloudformation/provider.ts';
import { AwsError } from '../../kernel/errors.ts';
import { Clock } from '../../kernel/clock.ts';
import { Faults } from '../../kernel/faults.ts';
import { Kernel } from '../../kernel/kernel.ts';
import { Meters } from '../../kernel/meters.ts';
import type { ServiceEvent } from '../../kernel/ports.ts';
import type { Caller } from '../../kernel/principal.ts';
import {
  CreateChangeSetCommand,
  CreateStackCommand,
  DescribeChangeSetCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  ExecuteChangeSetCommand,
  UpdateStackCommand,
  type CreateChangeSetCommandInput,
  type CreateStackCommandInput,
  type DescribeChangeSetCommandOutput,
  type Stack,
  type UpdateStackCommandInput,
} from '@aws-sdk/client-cloudformation';

export const ACCOUNT = '222222222222';
export const REGION = 'us-east-1';

/** What a fake resource was asked, e.g. `create Table {"Name":"a"}`. */
interface World {
  readonly calls: string[];
  /** Physical ids that stand. */
  readonly standing: Set<string>;
  /** Properties of what was made outside of CloudFormation, by physical id. */
  readonly settings: Map<string, Readonly<Record<string, unknown>>>;
  /** Logical ids whose next calls of that verb fail, e.g. `update Table`. */
  readonly broken: Set<string>;
}

/** A resource type that remembers what was done; `Test::A::Thing` would be unknown to AWS, so it borrows AWS's namespace. */
function fakeProvider(type: string, world: World): ResourceProvider {
  let count = 0;
  const act = (verb: string, id: string, detail: unknown): void => {
    world.calls.push(`${verb} ${id} ${JSON.stringify(detail)}`);
    if (world.broken.has(`${verb} ${id}`)) throw new AwsError('InvalidRequest', `${id} will not ${verb}`);
  };
  return {
    type,
    properties: ['Name', 'Value', 'Other', 'Tags', 'RoleName'],
    createOnly: ['Name'],
    attributes: ['Arn', 'Value'],
    create: async (properties, context) => {
      act('create', context.logicalId, properties);
      const physicalId = typeof properties.Name === 'string' ? properties.Name : context.name(64);
      const id = world.standing.has(physicalId) ? `${physicalId}-${++count}` : physicalId;
      world.standing.add(id);
      return { physicalId: id, attributes: { Arn: `arn:fake:${id}`, Value: properties.Value ?? '' } };
    },
    update: async (physicalId, properties, previous, context) => {
      act('update', context.logicalId, { from: previous.Value, to: properties.Value });
      return { physicalId, attributes: { Arn: `arn:fake:${physicalId}`, Value: properties.Value ?? '' } };
    },
    importing: {
      identifier: 'Name',
      read: async (Name) => (world.standing.has(Name) ? { Name, ...world.settings.get(Name) } : undefined),
    },
    delete: async (physicalId, _, context) => {
      act('delete', context.logicalId, physicalId);
      world.standing.delete(physicalId);
    },
  };
}

export interface Fixture {
  readonly kernel: Kernel;
  readonly world: World;
  readonly admin: Caller;
  readonly events: ServiceEvent[];
  create(input: Partial<CreateStackCommandInput> & { template: unknown }): Promise<Stack>;
  update(input: Partial<UpdateStackCommandInput> & { template: unknown }): Promise<Stack>;
  changeSet(
    input: Partial<CreateChangeSetCommandInput> & { template: unknown },
  ): Promise<DescribeChangeSetCommandOutput>;
  execute(name: string, token?: string): Promise<Stack>;
  finished(name?: string): Promise<Stack>;
  /** `logicalId STATUS`, oldest first. */
  history(name?: string): Promise<string[]>;
}

/** CloudFormation with real IAM, fake resource types `AWS::Test::Thing` and `AWS::IAM::Role`, and a clock that jumps. */
export function fixture(options: CloudFormationOptions = {}): Fixture {
  const clock = new Clock('max');
  const kernel = new Kernel(clock, new Faults(), new Meters(), () => 'http://127.0.0.1:4566');
  const world: World = { calls: [], standing: new Set(), settings: new Map(), broken: new Set() };
  const identity = createIdentity(kernel);
  const providers = ['AWS::Test::Thing', 'AWS::IAM::Role'].map((type) => fakeProvider(type, world));
  const events: ServiceEvent[] = [];
  kernel.install([...createCloudFormation(kernel, providers, options).services, ...identity.services], {
    iam: identity.port,
    events: { emit: (event) => events.push(event) },
    metrics: { record: () => {} },
    functions: { kill: () => {} },
    queues: { send: () => {} },
  });
  const keys = identity.port.administrator(ACCOUNT);
  const principal = identity.port.identify(keys.accessKeyId)?.principal;
  if (principal === undefined) throw new Error('no administrator');
  const admin: Caller = { principal, account: ACCOUNT, region: REGION };
  return { kernel, world, admin, events, ...drive(kernel, admin) };
}

function drive(kernel: Kernel, admin: Caller): Omit<Fixture, 'kernel' | 'world' | 'admin' | 'events'> {
  const finished = async (StackName = 'shop'): Promise<Stack> => {
    for (;;) {
      const { Stacks } = await kernel.send(admin, new DescribeStacksCommand({ StackName }));
      const stack = Stacks?.[0];
      if (stack !== undefined && stack.StackStatus?.endsWith('_IN_PROGRESS') !== true) return stack;
      await kernel.clock.sleep(500, 'the test looks again');
    }
  };
  return {
    finished,
    create: async ({ template, ...input }) => {
      const { StackId } = await kernel.send(
        admin,
        new CreateStackCommand({ StackName: 'shop', TemplateBody: body(template), ...input }),
      );
      return finished(StackId);
    },
    update: async ({ template, ...input }) => {
      const { StackId } = await kernel.send(
        admin,
        new UpdateStackCommand({ StackName: 'shop', TemplateBody: body(template), ...input }),
      );
      return finished(StackId);
    },
    changeSet: async ({ template, ...input }) => {
      const { Id } = await kernel.send(
        admin,
        new CreateChangeSetCommand({
          StackName: 'shop',
          ChangeSetName: 'release',
          TemplateBody: body(template),
          ...input,
        }),
      );
      for (;;) {
        const answer = await kernel.send(admin, new DescribeChangeSetCommand({ ChangeSetName: Id }));
        if (answer.Status === 'CREATE_COMPLETE' || answer.Status === 'FAILED') return answer;
        await kernel.clock.sleep(500, 'the test looks again');
      }
    },
    execute: async (ChangeSetName, ClientRequestToken) => {
      await kernel.send(admin, new ExecuteChangeSetCommand({ StackName: 'shop', ChangeSetName, ClientRequestToken }));
      return finished();
    },
    history: async (StackName = 'shop') => {
      const { StackEvents } = await kernel.send(admin, new DescribeStackEventsCommand({ StackName }));
      return (StackEvents ?? []).toReversed().map((event) => `${event.LogicalResourceId} ${event.ResourceStatus}`);
    },
  };
}

function body(template: unknown): string {
  return typeof template === 'string' ? template : JSON.stringify(template);
}

/** A template of things, e.g. `things({ A: { Value: '1' } })`. */
export function things(
  resources: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  more: Readonly<Record<string, unknown>> = {},
): unknown {
  return {
    Resources: Object.fromEntries(
      Object.entries(resources).map(([id, Properties]) => [id, { Type: 'AWS::Test::Thing', Properties }]),
    ),
    ...more,
  };
}
