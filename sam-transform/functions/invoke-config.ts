import type { Context } from '../model/context.ts';
import { resourceProblem } from '../model/errors.ts';
import { choose, getAtt, ifArguments, IF_ARGUMENTS, isIf, isNoValue, ref } from '../model/intrinsics.ts';
import { digest } from '../model/logical-id.ts';
import type { Made } from '../model/resource.ts';
import { requireMap } from '../model/shape.ts';
import { isFilled, isGiven, isText, mapOf, type Fields } from '../model/values.ts';
import { destinationPolicy } from '../policies/documents.ts';
import type { Published } from './publish.ts';

const TYPES = ['SQS', 'SNS', 'EventBridge', 'Lambda', 'S3Bucket'];

interface Destination {
  readonly made: readonly Made[];
  readonly arn: unknown;
  readonly policy: Fields | undefined;
}

/** What `EventInvokeConfig` makes, and the policies by which the function's role sends to the destinations. */
export interface InvokeConfig {
  readonly made: readonly Made[];
  readonly policies: readonly Fields[];
}

/** How often a function is tried again for an event, and where what becomes of it goes. @throws Problem */
export function invokeConfig(
  id: string,
  config: Fields,
  published: Published | undefined,
  { own, handed }: { readonly own: Fields; readonly handed: Fields },
  context: Context,
): InvokeConfig {
  const resolved = mapOf(context.resolve(config));
  const configId = `${id}EventInvokeConfig`;
  const path = 'EventInvokeConfig.DestinationConfig';
  const destinations = isFilled(resolved.DestinationConfig) ? requireMap(id, path, resolved.DestinationConfig) : {};
  const found = ['OnSuccess', 'OnFailure'].flatMap((event) => {
    if (!isGiven(destinations[event])) return [];
    const wanted = requireMap(id, `${path}.${event}`, destinations[event]);
    return [[event, destinationOf(id, wanted, `${configId}${event}`, configId, handed, context)] as const];
  });
  const invoke: Made = {
    id: configId,
    type: 'AWS::Lambda::EventInvokeConfig',
    ...(published === undefined ? {} : { dependsOn: [published.alias.id] }),
    attributes: own,
    properties: {
      FunctionName: ref(id),
      Qualifier: published?.name ?? '$LATEST',
      DestinationConfig: Object.fromEntries(found.map(([event, { arn }]) => [event, { Destination: arn }])),
      MaximumEventAgeInSeconds: resolved.MaximumEventAgeInSeconds,
      MaximumRetryAttempts: resolved.MaximumRetryAttempts,
    },
  };
  return {
    made: [...found.flatMap(([, { made }]) => made), invoke],
    policies: found.flatMap(([, { policy }]) => (policy === undefined ? [] : [policy])),
  };
}

/** A queue or a topic is made where none is named, or where a condition leaves it out. */
function destinationOf(
  id: string,
  { Type: type, Destination: named }: Fields,
  destinationId: string,
  configId: string,
  attributes: Fields,
  { conditions }: Context,
): Destination {
  if (!isText(type) || !TYPES.includes(type))
    throw resourceProblem(
      id,
      `'Type: ${isGiven(type) ? String(type) : 'None'}' must be one of [${TYPES.map((one) => `'${one}'`).join(', ')}]`,
    );
  const missing = missingBranch(configId, named, conditions);
  if (isGiven(named) && missing === undefined)
    return { made: [], arn: named, policy: destinationPolicy(type, destinationId, named) };
  if (type !== 'SQS' && type !== 'SNS')
    throw resourceProblem(id, "Destination is required if Type is not ['SQS', 'SNS']");
  const condition = both(id, attributes.Condition, missing?.condition, conditions);
  const madeId = `${destinationId}${type === 'SQS' ? 'Queue' : 'Topic'}`;
  const own = type === 'SQS' ? getAtt(madeId, 'Arn') : ref(madeId);
  const arn = missing === undefined ? own : choose(missing.condition, own, missing.otherwise);
  const made: Made = {
    id: madeId,
    type: type === 'SQS' ? 'AWS::SQS::Queue' : 'AWS::SNS::Topic',
    attributes: { ...attributes, ...(isFilled(condition) ? { Condition: condition } : {}) },
    properties: {},
  };
  return { made: [made], arn, policy: destinationPolicy(type, destinationId, arn) };
}

/** The condition under which an `Fn::If` names no destination, and the one that it names otherwise. */
function missingBranch(
  configId: string,
  destination: unknown,
  conditions: Fields,
): { readonly condition: string; readonly otherwise: unknown } | undefined {
  if (!isIf(destination)) return undefined;
  const items = ifArguments(destination);
  if (items === undefined) throw resourceProblem(configId, `Malformed 'Destination' property: ${IF_ARGUMENTS}.`);
  const [condition, whenTrue, whenFalse] = items;
  if (!isText(condition) || isNoValue(whenTrue) === isNoValue(whenFalse)) return undefined;
  if (isNoValue(whenTrue)) return { condition, otherwise: whenFalse };
  const name = `NOT${condition}${digest(configId)}`;
  conditions[name] = { 'Fn::Not': [{ Condition: condition }] };
  return { condition: name, otherwise: whenTrue };
}

function both(id: string, own: unknown, condition: string | undefined, conditions: Fields): unknown {
  if (!isText(own) || condition === undefined) return condition ?? own;
  const name = `${own}AND${condition}${digest(id)}`;
  conditions[name] = {
    // SAM names each by a condition within a condition.
    'Fn::And': [{ Condition: { Condition: own } }, { Condition: { Condition: condition } }],
  };
  return name;
}
