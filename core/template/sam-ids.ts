import { listOf, ownMember, recordOf } from '../values/records.ts';
import { membersOf } from './members-of.ts';
import type { Template } from './template.ts';

/** Ten hexadecimal digits end what is made anew when it changes. */
const hash = '[0-9a-f]{10}';
const word = '[A-Za-z0-9]';

/** By what follows a connector. */
const ofConnectors = '(Policy|TopicPolicy|QueuePolicy|(Read|Write)LambdaPermission)(Destination[0-9]+)?';

/** What SAM makes for a resource, by what follows the resource's logical id. */
const following: Readonly<Record<string, string>> = {
  'AWS::Serverless::Api': `Deployment${hash}|${word}*Stage|Stage${hash}|UsagePlan|UsagePlanKey|ApiKey|${word}*BasePathMapping|${word}+AuthorizerPermission`,
  'AWS::Serverless::CapacityProvider': 'OperatorRole',
  'AWS::Serverless::Function': `Role|Version${hash}|Alias${word}+|DeploymentGroup|EventInvokeConfig((OnSuccess|OnFailure)(Queue|Topic))?|Url|UrlPublicPermissions|URLInvokeAllowPublicAccess|CognitoPermission`,
  'AWS::Serverless::Connector': ofConnectors,
  // One for each data source, resolver and function that it has.
  'AWS::Serverless::GraphQLApi': `${word}+`,
  'AWS::Serverless::HttpApi': `ApiGatewayDefaultStage|${word}*Stage|Stage${hash}|${word}*ApiMapping|${word}+AuthorizerPermission`,
  'AWS::Serverless::LayerVersion': hash,
  'AWS::Serverless::StateMachine': `Role|Version|Alias${word}+`,
  // One for each route.
  'AWS::Serverless::WebSocketApi': `${word}+`,
};

/** By what follows the name of an event behind the logical id. */
const ofEvents = `Permission${word}*|Role(${hash})?|Queue|QueuePolicy|EventSourceMapping`;

/** What `Ref` may name behind a dot. */
const behindDot: Readonly<Record<string, string>> = {
  'AWS::Serverless::Api': 'Stage|Deployment|DomainName|DomainNameV2|UsagePlan|UsagePlanKey|ApiKey',
  'AWS::Serverless::Function': 'Alias|Version|DestinationTopic|DestinationQueue',
  'AWS::Serverless::HttpApi': 'Stage|DomainName',
  'AWS::Serverless::WebSocketApi': 'Stage|DomainName',
};

/** APIs that SAM makes for events that name none, by the type of these. */
const implicitApis: readonly (readonly [event: string, id: string, type: string])[] = [
  ['Api', 'ServerlessRestApi', 'AWS::Serverless::Api'],
  ['HttpApi', 'ServerlessHttpApi', 'AWS::Serverless::HttpApi'],
];

/** What all resources share. */
const shared = [
  ...['ServerlessUsagePlan', 'ServerlessUsagePlanKey', 'ServerlessApiKey'],
  ...['ServerlessDeploymentApplication', 'CodeDeployServiceRole'],
  `(ApiGatewayDomainName|ApiGatewayDomainNameV2|DomainNameAccessAssociation|RecordSetGroup)${hash}`,
].join('|');

/**
 * Does SAM make something of this name for the resources of a template? A name that only begins with another's logical id is none.
 * https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-generated-resources.html
 */
export function isMadeBySam(name: string, { Resources }: Template): boolean {
  if (isOneOf(name, shared)) return true;
  return [...Object.entries(Resources), ...implicitIn(Resources)].some(
    ([id, resource]) =>
      isNamedIn(resource, name) || (name.startsWith(id) && isMadeFor(resource, name.slice(id.length))),
  );
}

type Resources = Template['Resources'];

/** @param rest what follows the logical id; empty for the resource itself, which is an API of SAM's own */
function isMadeFor({ Type, Properties, Connectors }: Resources[string], rest: string): boolean {
  if (rest.startsWith('.')) return isOneOf(rest.slice(1), ownMember(behindDot, Type));
  return (
    rest === '' ||
    isOneOf(rest, ownMember(following, Type)) ||
    isOfMember(rest, Properties?.['Events'], `(${ofEvents})?`) ||
    isOfMember(rest, Connectors, ofConnectors)
  );
}

function implicitIn(resources: Resources): [string, Resources[string]][] {
  const events = JSON.stringify(Object.values(resources).map(({ Properties }) => Properties?.['Events']));
  return implicitApis.flatMap(([event, id, Type]) => (events.includes(`"Type":"${event}"`) ? [[id, { Type }]] : []));
}

function isOneOf(text: string, patterns: string | undefined): boolean {
  return patterns !== undefined && new RegExp(`^(${patterns})$`).test(text);
}

/** The name of one of the members, and what follows it. */
function isOfMember(text: string, members: unknown, patterns: string): boolean {
  return Object.keys(recordOf(members)).some(
    (name) => text.startsWith(name) && isOneOf(text.slice(name.length), patterns),
  );
}

/** Queues and their policies that a team gives names. */
function isNamedIn({ Properties }: Resources[string], name: string): boolean {
  return namedIn(Properties?.['Events']).includes(name);
}

function namedIn(events: unknown): unknown[] {
  return membersOf(events, '').flatMap(({ name, inner }) =>
    name === 'QueueLogicalId' || name === 'QueuePolicyLogicalId' ? listOf(inner) : namedIn(inner),
  );
}
