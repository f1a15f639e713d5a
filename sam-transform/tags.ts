import { resourceProblem } from './model/errors.ts';
import { mapOf, type Fields } from './model/values.ts';
import type { Made } from './model/resource.ts';

const CREATED_BY = 'lambda:createdBy';
const RESERVED = [CREATED_BY, 'serverlessrepo:applicationId', 'serverlessrepo:semanticVersion'];

/** Tags as a list of keys and values. */
export function tagList(tags: unknown): Fields[] {
  return Object.entries(mapOf(tags)).map(([Key, Value]) => ({ Key, Value: Value ?? '' }));
}

/** The tags of what SAM makes of a function or a state machine. @throws Problem for a key that SAM keeps to itself */
export function ownTags(id: string, tags: unknown): Fields[] {
  const reserved = RESERVED.find((key) => key in mapOf(tags));
  if (reserved !== undefined)
    throw resourceProblem(
      id,
      `${reserved} is a reserved Tag key name and cannot be set on your resource. Please change the tag key in the input.`,
    );
  return [{ Key: CREATED_BY, Value: 'SAM' }, ...tagList(tags)];
}

/** Types that take tags, and that SAM tags with `PropagateTags`. */
const TAGGED_BY_LIST = new Set([
  'AWS::Lambda::Function',
  'AWS::IAM::Role',
  'AWS::SQS::Queue',
  'AWS::SNS::Topic',
  'AWS::IoT::TopicRule',
  'AWS::StepFunctions::StateMachine',
  'AWS::ApiGateway::RestApi',
  'AWS::ApiGateway::Stage',
  'AWS::ApiGateway::UsagePlan',
  'AWS::ApiGateway::ApiKey',
  'AWS::ApiGateway::DomainName',
  'AWS::ApiGateway::DomainNameV2',
  'AWS::ApiGateway::DomainNameAccessAssociation',
]);
const TAGGED_BY_MAP = new Set(['AWS::ApiGatewayV2::Stage', 'AWS::ApiGatewayV2::DomainName']);

/** Hands a resource's tags on to what was made of it, in place of the tags there. */
export function propagateTags(made: readonly Made[], tags: unknown): readonly Made[] {
  return made.map((resource) => {
    const { type, properties } = resource;
    if (TAGGED_BY_LIST.has(type)) return { ...resource, properties: { ...properties, Tags: tagList(tags) } };
    if (TAGGED_BY_MAP.has(type)) return { ...resource, properties: { ...properties, Tags: tags } };
    return resource;
  });
}
