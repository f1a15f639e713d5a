/**
 * AWS::Events::EventBus, EventBusPolicy, Rule.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_Events.html
 */
import {
  CreateEventBusCommand,
  DeleteEventBusCommand,
  DeleteRuleCommand,
  DescribeEventBusCommand,
  DescribeRuleCommand,
  ListTargetsByRuleCommand,
  PutPermissionCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemovePermissionCommand,
  RemoveTargetsCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateEventBusCommand,
} from '@aws-sdk/client-eventbridge';
import * as z from 'zod';
import type { ResourceContext, ResourceProvider, ResourceState } from '../provider.ts';
import { unlessGone } from './gone.ts';
import { refuseTaken } from './taken.ts';

const GONE = 'ResourceNotFoundException';
const tags = z.array(z.object({ Key: z.string(), Value: z.string() }));
type Tags = z.infer<typeof tags>;

const busSchema = z.object({
  Name: z.string(),
  Description: z.string().optional(),
  Policy: z.record(z.string(), z.unknown()).optional(),
  Tags: tags.default([]),
});

const eventBus: ResourceProvider = {
  type: 'AWS::Events::EventBus',
  properties: Object.keys(busSchema.shape),
  createOnly: ['Name'],
  attributes: ['Arn', 'Name', 'Policy'],
  create: async (properties, { kernel, caller }) => {
    const { Name, Description, Policy, Tags } = busSchema.parse(properties);
    const { EventBusArn: Arn } = await kernel.send(
      caller,
      new CreateEventBusCommand({ Name, Description, Tags: Tags.length === 0 ? undefined : Tags }),
    );
    if (Policy !== undefined)
      await kernel.send(caller, new PutPermissionCommand({ EventBusName: Name, Policy: JSON.stringify(Policy) }));
    return { physicalId: Name, attributes: { Arn, Name, Policy } };
  },
  update: async (Name, properties, previous, context) => {
    const { kernel, caller, region, account } = context;
    const { Description, Policy, Tags } = busSchema.parse(properties);
    const before = busSchema.parse(previous);
    const Arn = `arn:aws:events:${region}:${account}:event-bus/${Name}`;
    if (Description !== before.Description) await kernel.send(caller, new UpdateEventBusCommand({ Name, Description }));
    if (Policy !== undefined)
      await kernel.send(caller, new PutPermissionCommand({ EventBusName: Name, Policy: JSON.stringify(Policy) }));
    else if (before.Policy !== undefined)
      await kernel.send(caller, new RemovePermissionCommand({ EventBusName: Name, RemoveAllPermissions: true }));
    await retag(Arn, Tags, before.Tags, context);
    return { physicalId: Name, attributes: { Arn, Name, Policy } };
  },
  delete: async (Name, _, { kernel, caller }) => {
    await kernel.send(caller, new DeleteEventBusCommand({ Name }));
  },
};

const policySchema = z.object({
  EventBusName: z.string().optional(),
  StatementId: z.string(),
  Action: z.string().optional(),
  Principal: z.string().optional(),
  Statement: z.record(z.string(), z.unknown()).optional(),
});

const documentSchema = z.object({
  Statement: z
    .union([z.array(z.looseObject({ Sid: z.string().optional() })), z.looseObject({ Sid: z.string().optional() })])
    .default([])
    .transform((found) => (Array.isArray(found) ? found : [found])),
});

async function statementsOf(Name: string | undefined, { kernel, caller }: ResourceContext) {
  const { Policy = '{}' } = await kernel.send(caller, new DescribeEventBusCommand({ Name }));
  return documentSchema.parse(JSON.parse(Policy)).Statement;
}

async function statementOf(
  { EventBusName, StatementId }: z.infer<typeof policySchema>,
  context: ResourceContext,
): Promise<unknown> {
  return (await statementsOf(EventBusName, context)).find(({ Sid }) => Sid === StatementId);
}

async function putPolicy(properties: z.infer<typeof policySchema>, context: ResourceContext): Promise<ResourceState> {
  const { kernel, caller } = context;
  const { EventBusName, StatementId, Action, Principal, Statement } = properties;
  if (Statement === undefined)
    await kernel.send(caller, new PutPermissionCommand({ EventBusName, StatementId, Action, Principal }));
  else {
    // PutPermission replaces the whole policy: the statements of others stay.
    const others = (await statementsOf(EventBusName, context)).filter(({ Sid }) => Sid !== StatementId);
    const document = { Version: '2012-10-17', Statement: [...others, { ...Statement, Sid: StatementId }] };
    await kernel.send(caller, new PutPermissionCommand({ EventBusName, Policy: JSON.stringify(document) }));
  }
  return { physicalId: `${EventBusName ?? 'default'}|${StatementId}`, attributes: {} };
}

const POLICY = 'AWS::Events::EventBusPolicy';
const eventBusPolicy: ResourceProvider = {
  type: POLICY,
  properties: Object.keys(policySchema.shape),
  createOnly: ['EventBusName', 'StatementId'],
  attributes: [],
  create: async (properties, context) => {
    const wanted = policySchema.parse(properties);
    await refuseTaken(POLICY, wanted.StatementId, statementOf(wanted, context));
    return putPolicy(wanted, context);
  },
  update: (_, properties, __, context) => putPolicy(policySchema.parse(properties), context),
  delete: async (_, properties, { kernel, caller }) => {
    const { EventBusName, StatementId } = policySchema.parse(properties);
    await unlessGone(kernel.send(caller, new RemovePermissionCommand({ EventBusName, StatementId })), GONE);
  },
};

const targetSchema = z.object({
  Id: z.string(),
  Arn: z.string(),
  RoleArn: z.string().optional(),
  Input: z.string().optional(),
  InputPath: z.string().optional(),
  InputTransformer: z
    .strictObject({ InputPathsMap: z.record(z.string(), z.string()).optional(), InputTemplate: z.string() })
    .optional(),
  RetryPolicy: z
    .strictObject({
      MaximumRetryAttempts: z.coerce.number().optional(),
      MaximumEventAgeInSeconds: z.coerce.number().optional(),
    })
    .optional(),
  DeadLetterConfig: z.strictObject({ Arn: z.string().optional() }).optional(),
});
const ruleSchema = z.object({
  Name: z.string().optional(),
  Description: z.string().optional(),
  EventBusName: z.string().optional(),
  EventPattern: z.record(z.string(), z.unknown()).optional(),
  ScheduleExpression: z.string().optional(),
  State: z.enum(['ENABLED', 'DISABLED']).optional(),
  // What a target has beyond these is refused by the service, by name.
  Targets: z.array(z.looseObject(targetSchema.shape)).default([]),
  Tags: tags.default([]),
});
type RuleProperties = z.infer<typeof ruleSchema>;

const RULE = 'AWS::Events::Rule';
const rule: ResourceProvider = {
  type: RULE,
  properties: Object.keys(ruleSchema.shape),
  createOnly: ['Name', 'EventBusName'],
  attributes: ['Arn'],
  create: async (properties, context) => {
    const wanted = ruleSchema.parse(properties);
    const name = wanted.Name ?? context.name(64);
    if (wanted.Name !== undefined) {
      const there = new DescribeRuleCommand({ Name: name, EventBusName: wanted.EventBusName });
      await refuseTaken(RULE, name, context.kernel.send(context.caller, there), GONE);
    }
    try {
      return await putRule(name, wanted, true, context);
    } catch (error) {
      // What was half made has no physical id yet by which the stack could remove it.
      await deleteRule(name, wanted, context);
      throw error;
    }
  },
  update: async (physicalId, properties, previous, context) => {
    const wanted = ruleSchema.parse(properties);
    const before = ruleSchema.parse(previous);
    const name = nameOf(physicalId);
    const state = await putRule(name, wanted, false, context);
    const Ids = before.Targets.map(({ Id }) => Id).filter((id) => wanted.Targets.every(({ Id }) => Id !== id));
    if (Ids.length > 0)
      await context.kernel.send(
        context.caller,
        new RemoveTargetsCommand({ Rule: name, EventBusName: wanted.EventBusName, Ids }),
      );
    await retag(String(state.attributes['Arn']), wanted.Tags, before.Tags, context);
    return state;
  },
  delete: (physicalId, properties, context) => deleteRule(nameOf(physicalId), ruleSchema.parse(properties), context),
};

/** `Ref` of a rule on a custom bus is `<bus>|<rule>`. */
function nameOf(physicalId: string): string {
  return physicalId.slice(physicalId.indexOf('|') + 1);
}

async function putRule(
  Name: string,
  wanted: RuleProperties,
  isNew: boolean,
  { kernel, caller }: ResourceContext,
): Promise<ResourceState> {
  const { EventBusName, EventPattern, ScheduleExpression, State, Description, Targets, Tags } = wanted;
  const { RuleArn: Arn } = await kernel.send(
    caller,
    new PutRuleCommand({
      Name,
      EventBusName,
      EventPattern: EventPattern === undefined ? undefined : JSON.stringify(EventPattern),
      ScheduleExpression,
      State,
      Description,
      Tags: isNew && Tags.length > 0 ? Tags : undefined,
    }),
  );
  if (Targets.length > 0) await kernel.send(caller, new PutTargetsCommand({ Rule: Name, EventBusName, Targets }));
  return { physicalId: EventBusName === undefined ? Name : `${EventBusName}|${Name}`, attributes: { Arn } };
}

async function deleteRule(
  Rule: string,
  { EventBusName }: RuleProperties,
  { kernel, caller }: ResourceContext,
): Promise<void> {
  await unlessGone(removeTargets(Rule, EventBusName, { kernel, caller }), GONE);
  await unlessGone(kernel.send(caller, new DeleteRuleCommand({ Name: Rule, EventBusName })), GONE);
}

async function removeTargets(
  Rule: string,
  EventBusName: string | undefined,
  { kernel, caller }: Pick<ResourceContext, 'kernel' | 'caller'>,
): Promise<void> {
  const { Targets = [] } = await kernel.send(caller, new ListTargetsByRuleCommand({ Rule, EventBusName }));
  const Ids = Targets.flatMap(({ Id }) => (Id === undefined ? [] : [Id]));
  if (Ids.length > 0) await kernel.send(caller, new RemoveTargetsCommand({ Rule, EventBusName, Ids }));
}

async function retag(
  ResourceARN: string,
  wanted: Tags,
  before: Tags,
  { kernel, caller }: ResourceContext,
): Promise<void> {
  const TagKeys = before.map(({ Key }) => Key).filter((key) => wanted.every(({ Key }) => Key !== key));
  if (TagKeys.length > 0) await kernel.send(caller, new UntagResourceCommand({ ResourceARN, TagKeys }));
  if (wanted.length > 0 && JSON.stringify(wanted) !== JSON.stringify(before))
    await kernel.send(caller, new TagResourceCommand({ ResourceARN, Tags: wanted }));
}

export const eventsResources: ResourceProvider[] = [eventBus, eventBusPolicy, rule];
