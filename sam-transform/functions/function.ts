import type { Context } from '../model/context.ts';
import { managedPolicy, tracingPolicy } from '../policies/managed-policies.ts';
import { eventProblem, notExpanded, resourceProblem, withinResource } from '../model/errors.ts';
import { choose, getAtt, ifArguments, IF_ARGUMENTS, isIf, isIntrinsic, isNoValue, ref } from '../model/intrinsics.ts';
import { handedOn, kept, type Made } from '../model/resource.ts';
import { checkShape } from '../model/shape.ts';
import { filled, isFilled, isGiven, isMap, isText, mapOf, type Fields } from '../model/values.ts';
import { expandEvent } from '../events/event.ts';
import type { EventTarget } from '../events/target.ts';
import { assumedBy } from '../policies/documents.ts';
import { makeRole } from '../policies/role.ts';
import { ownTags, propagateTags, tagList } from '../tags.ts';
import { functionCode, requirePackageProperties } from './code.ts';
import { invokeConfig } from './invoke-config.ts';
import { codeDigest, publish, type Published } from './publish.ts';
import { FUNCTION } from './shape.ts';
import { functionUrl } from './url.ts';

/** Properties that Lambda has by the same name. */
const SAME = [
  ...['Handler', 'Runtime', 'Description', 'MemorySize', 'Timeout', 'VpcConfig', 'Role', 'Environment', 'KmsKeyArn'],
  ...['ReservedConcurrentExecutions', 'Layers', 'FileSystemConfigs', 'ImageConfig', 'PackageType', 'Architectures'],
  ...['SnapStart', 'EphemeralStorage', 'CodeSigningConfigArn', 'RuntimeManagementConfig', 'LoggingConfig'],
  ...['RecursiveLoop', 'TenancyConfig', 'DurableConfig'],
];
/** Properties of functions on instances that Lambda manages, which this transform does not expand. */
const ELSEWHERE = ['CapacityProviderConfig', 'FunctionScalingConfig', 'PublishToLatestPublished'];

/** The resources of an `AWS::Serverless::Function`. @throws Problem */
export function expandFunction(id: string, definition: Fields, context: Context): readonly Made[] {
  const properties = mapOf(definition.Properties);
  requireFunction(id, properties);
  const handed = handedOn(definition);
  const lambda = lambdaProperties(id, properties, context);
  const published = isFilled(properties.AutoPublishAlias)
    ? publishing(id, properties, lambda, handed, context)
    : undefined;
  if (isFilled(properties.ProvisionedConcurrencyConfig) && published === undefined)
    throw resourceProblem(id, 'To set ProvisionedConcurrencyConfig AutoPublishALias must be defined on the function');
  const target: EventTarget = {
    functionId: id,
    id: published?.alias.id ?? id,
    name: ref(published?.alias.id ?? id),
    arn: published === undefined ? getAtt(id, 'Arn') : ref(published.alias.id),
    attributes: handed,
    condition: handed.Condition,
  };
  const url = isFilled(properties.FunctionUrlConfig)
    ? functionUrl(id, mapOf(properties.FunctionUrlConfig), target.name, handed)
    : [];
  const updatePolicy = deployment(id, properties, published, handed, context);
  const config = isFilled(properties.EventInvokeConfig)
    ? invokeConfig(id, mapOf(properties.EventInvokeConfig), published, { own: kept(definition), handed }, context)
    : { made: [], policies: [] };
  const role = functionRole(id, properties, handed, config.policies, context);
  const chosen = chooseRole(id, lambda.Role, role, context);
  const lambdaFunction: Made = {
    id,
    type: 'AWS::Lambda::Function',
    dependsOn: definition.DependsOn,
    attributes: kept(definition),
    properties: { ...lambda, Role: chosen.arn },
  };
  const touched = new Set<string>();
  const events = expandEvents(id, properties, { target, role, touched }, context);
  const made = [
    lambdaFunction,
    ...(published === undefined ? [] : [published.version, withUpdatePolicy(published.alias, updatePolicy)]),
    ...url,
    ...config.made,
    ...(chosen.role === undefined ? [] : [chosen.role]),
    ...events,
  ];
  if (properties.PropagateTags !== true || !isFilled(properties.Tags)) return made;
  for (const other of touched) mapOf(mapOf(context.resources[other]).Properties).Tags = tagList(properties.Tags);
  return propagateTags(made, properties.Tags);
}

function requireFunction(id: string, properties: Fields): void {
  checkShape(id, 'AWS::Serverless::Function', properties, FUNCTION);
  const elsewhere = ELSEWHERE.find((name) => isGiven(properties[name]));
  if (elsewhere !== undefined)
    throw resourceProblem(id, notExpanded(`the property ${elsewhere} of AWS::Serverless::Function`));
  if (isGiven(properties.VersionDeletionPolicy) && !isGiven(properties.AutoPublishAlias))
    throw resourceProblem(id, "'VersionDeletionPolicy' requires 'AutoPublishAlias'.");
  if (isFilled(properties.DeadLetterQueue)) requireDeadLetterQueue(id, mapOf(properties.DeadLetterQueue));
  if (isFilled(properties.TenancyConfig)) requireTenancy(id, properties);
}

function requireDeadLetterQueue(id: string, { Type, TargetArn }: Fields): void {
  if (!isFilled(Type) || !isFilled(TargetArn))
    throw resourceProblem(id, "'DeadLetterQueue' requires Type and TargetArn properties to be specified.");
  if (!isText(Type)) throw resourceProblem(id, "Property 'DeadLetterQueue.Type' should be a string.");
  if (Type !== 'SQS' && Type !== 'SNS') throw resourceProblem(id, "'DeadLetterQueue' requires Type of ['SQS', 'SNS']");
}

function requireTenancy(id: string, properties: Fields): void {
  const without = 'is not supported for functions enabled with tenancy configuration.';
  if (isFilled(properties.ProvisionedConcurrencyConfig))
    throw resourceProblem(id, `Provisioned concurrency ${without}`);
  if (isFilled(properties.FunctionUrlConfig)) throw resourceProblem(id, `Function URL ${without}`);
  if (isFilled(properties.SnapStart)) throw resourceProblem(id, `SnapStart ${without}`);
  for (const event of Object.values(mapOf(properties.Events))) {
    const { Type } = mapOf(event);
    if (Type !== 'Api' && Type !== 'HttpApi')
      throw resourceProblem(
        id,
        `Event source '${String(Type)}' ${without} Only Api and HttpApi event sources are supported.`,
      );
  }
}

function isTraced({ Tracing }: Fields, { resolve }: Context): boolean {
  return isFilled(Tracing) && resolve(Tracing) !== 'Disabled';
}

function lambdaProperties(id: string, properties: Fields, context: Context): Fields {
  const code = functionCode(id, properties);
  const lambda: Fields = {
    Code: code,
    FunctionName: filled(properties.FunctionName),
    ...Object.fromEntries(SAME.map((name) => [name, properties[name]])),
    Tags: ownTags(id, properties.Tags),
    TracingConfig: isTraced(properties, context) ? { Mode: properties.Tracing } : undefined,
    DeadLetterConfig: isFilled(properties.DeadLetterQueue)
      ? { TargetArn: mapOf(properties.DeadLetterQueue).TargetArn }
      : undefined,
  };
  requirePackageProperties(id, lambda);
  return lambda;
}

/** Publishes the function, whose code is then said by what the parameters stand for, and whose description ends in the code's digest. */
function publishing(id: string, properties: Fields, lambda: Fields, attributes: Fields, context: Context): Published {
  const sha256 = codeDigest(id, properties, context);
  if (sha256 !== undefined) lambda.Description = describedBy(context.resolve(properties.Description), sha256);
  lambda.Code = context.resolve(lambda.Code);
  return publish(id, properties, lambda, attributes, context);
}

function describedBy(description: unknown, sha256: string): unknown {
  if (!isFilled(description)) return sha256;
  return isText(description) ? `${description} ${sha256}` : { 'Fn::Join': [' ', [description, sha256]] };
}

function deployment(
  id: string,
  properties: Fields,
  published: Published | undefined,
  attributes: Fields,
  { resolve, findInMaps, deployments }: Context,
): Fields | undefined {
  if (!isFilled(properties.DeploymentPreference)) return undefined;
  const given = mapOf(properties.DeploymentPreference);
  const read = (value: unknown) => findInMaps(resolve(value));
  const preference: Fields = { ...given };
  for (const name of ['Enabled', 'Type']) if (name in given) preference[name] = read(given[name]);
  const underCondition = 'PassthroughCondition' in given && asTruth(id, read(given.PassthroughCondition));
  const updatePolicy = deployments.add(
    id,
    preference,
    underCondition ? attributes.Condition : undefined,
    properties.PropagateTags === true ? properties.Tags : undefined,
  );
  if (updatePolicy !== undefined && published === undefined)
    throw resourceProblem(id, "'DeploymentPreference' requires AutoPublishAlias property to be specified.");
  return updatePolicy;
}

function asTruth(id: string, value: unknown): boolean {
  const name = 'PassthroughCondition';
  if (value === true || value === 'true' || value === 'True' || value === 1) return true;
  if (value === false || value === 'false' || value === 'False' || value === 0) return false;
  if (!isIntrinsic(value)) throw resourceProblem(id, `Invalid value for property ${name}.`);
  throw resourceProblem(
    id,
    `Unsupported intrinsic: the only intrinsic functions supported for property ${name} are FindInMap and parameter Refs.`,
  );
}

function withUpdatePolicy(alias: Made, policy: Fields | undefined): Made {
  return policy === undefined ? alias : { ...alias, attributes: { ...alias.attributes, UpdatePolicy: policy } };
}

function functionRole(
  id: string,
  properties: Fields,
  attributes: Fields,
  policies: readonly Fields[],
  context: Context,
): Made {
  const basic = isFilled(properties.DurableConfig)
    ? 'AWSLambdaBasicDurableExecutionRolePolicy'
    : 'AWSLambdaBasicExecutionRole';
  const { DeadLetterQueue } = properties;
  const letters = mapOf(DeadLetterQueue);
  return makeRole({
    id,
    partition: context.partition,
    attributes,
    trust: properties.AssumeRolePolicyDocument ?? assumedBy('lambda.amazonaws.com'),
    policies: properties.Policies,
    managed: [
      managedPolicy(context, `service-role/${basic}`),
      ...(isTraced(properties, context) ? [managedPolicy(context, tracingPolicy(context))] : []),
      ...(isFilled(properties.VpcConfig)
        ? [managedPolicy(context, 'service-role/AWSLambdaVPCAccessExecutionRole')]
        : []),
    ],
    inline: [...(isFilled(DeadLetterQueue) ? [letterPolicy(letters)] : []), ...policies],
    path: properties.RolePath,
    boundary: properties.PermissionsBoundary,
    tags: ownTags(id, properties.Tags),
  });
}

function letterPolicy({ Type, TargetArn }: Fields): Fields {
  const Action = Type === 'SQS' ? 'sqs:SendMessage' : 'sns:Publish';
  return {
    PolicyName: 'DeadLetterQueuePolicy',
    PolicyDocument: { Version: '2012-10-17', Statement: [{ Action, Resource: TargetArn, Effect: 'Allow' }] },
  };
}

/** The role is made where none is named, and where a condition leaves it out. */
function chooseRole(
  id: string,
  named: unknown,
  role: Made,
  { resolve, conditions }: Context,
): { readonly arn: unknown; readonly role?: Made } {
  const made = getAtt(role.id, 'Arn');
  if (!isGiven(named)) return { arn: made, role };
  if (!isIf(named)) return { arn: named };
  const items = ifArguments(mapOf(resolve(named)));
  if (items === undefined) throw resourceProblem(id, `Malformed 'Role' property: ${IF_ARGUMENTS}.`);
  const [condition, whenTrue, whenFalse] = items;
  const under = (name: unknown): Made => ({ ...role, attributes: { ...role.attributes, Condition: name } });
  if (isNoValue(whenTrue) && isNoValue(whenFalse)) return { arn: made, role };
  if (isNoValue(whenTrue)) return { arn: choose(condition, made, whenFalse), role: under(condition) };
  if (!isNoValue(whenFalse)) return { arn: named };
  const otherwise = `NOT${String(condition)}`;
  conditions[otherwise] = { 'Fn::Not': [{ Condition: condition }] };
  return { arn: choose(condition, whenTrue, made), role: under(otherwise) };
}

function expandEvents(
  id: string,
  { Events }: Fields,
  of: { readonly target: EventTarget; readonly role: Made; readonly touched: Set<string> },
  context: Context,
): readonly Made[] {
  try {
    return eventsByPath(mapOf(Events)).flatMap(([name, event]) => {
      if (!isMap(event) || !isText(event.Type))
        throw eventProblem(
          name,
          `Resource dict has missing or invalid value for key Type. Event Type is: ${isMap(event) && isGiven(event.Type) ? String(event.Type) : 'None'}.`,
        );
      return expandEvent(name, event, of, context);
    });
  } catch (error) {
    throw withinResource(id, error);
  }
}

/** `$default` comes before every other path: what it permits need not be permitted again. */
function eventsByPath(events: Fields): readonly (readonly [string, unknown])[] {
  const key = ([name, event]: readonly [string, unknown]) => {
    const { Path } = mapOf(mapOf(event).Properties);
    return isText(Path) ? Path : name;
  };
  return Object.entries(events).sort((one, other) => (key(one) < key(other) ? -1 : Number(key(one) > key(other))));
}
