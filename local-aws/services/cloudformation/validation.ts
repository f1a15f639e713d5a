import { AwsError, NotImplemented } from '../../kernel/errors.ts';
import { CONDITION_FUNCTIONS } from './conditions.ts';
import { validationError } from './errors.ts';
import { INTRINSICS } from './intrinsics.ts';
import type { Providers } from './providers.ts';
import type { ResourceProvider } from './provider.ts';
import { references } from './references.ts';
import { specificationOf } from './specification/specification.ts';
import type { ResourceDefinition, Template } from './template.ts';
import { isRecord } from './values.ts';

/** Refuses by name whatever in a template has no meaning or is not implemented. @throws AwsError */
export function validateTemplate(template: Template, providers: Providers): void {
  for (const [id, definition] of template.resources) validateResource(id, definition, template, providers);
  for (const [id, { Value, Export, Condition }] of template.outputs) {
    refuseUnknownFunctions([Value, Export?.Name]);
    validateReferences([Value, Export?.Name], template, providers, `Outputs/${id}`);
    validateCondition(Condition, template);
  }
  for (const expression of template.conditions.values()) refuseUnknownFunctions(expression);
}

function validateResource(id: string, definition: ResourceDefinition, template: Template, providers: Providers): void {
  const provider = providers.get(definition.Type);
  if (provider === undefined) throw providers.refusal(definition.Type, id);
  refuseUnimplementedProperties(id, definition, provider);
  const { DeletionPolicy, UpdateReplacePolicy, CreationPolicy, UpdatePolicy } = definition;
  if (DeletionPolicy === 'Snapshot' || UpdateReplacePolicy === 'Snapshot')
    throw new NotImplemented(`the Snapshot policy of ${id}`);
  if (CreationPolicy !== undefined) throw new NotImplemented(`the CreationPolicy of ${id}`);
  validateUpdatePolicy(id, definition.Type, UpdatePolicy ?? {});
  const missing = definition.DependsOn.filter((name) => !template.resources.has(name));
  if (missing.length > 0)
    throw validationError(
      `Template format error: Unresolved resource dependencies [${missing.join(', ')}] in the Resources block of the template`,
    );
  validateCondition(definition.Condition, template);
  refuseUnknownFunctions([definition.Properties, UpdatePolicy]);
  validateReferences([definition.Properties, UpdatePolicy], template, providers, id);
}

/** Properties that AWS has and the local AWS has not; what AWS has not either fails the resource, as there. */
function refuseUnimplementedProperties(
  id: string,
  { Type, Properties }: ResourceDefinition,
  provider: ResourceProvider,
): void {
  if (provider.recorded !== undefined || provider.open === true) return;
  const unheard = Object.keys(Properties).filter((name) => !provider.properties.includes(name));
  if (unheard.length === 0) return;
  const specified = specificationOf(Type)?.properties;
  const unknown = unheard.filter((name) => specified === undefined || Object.hasOwn(specified, name));
  if (unknown.length > 0) throw new NotImplemented(`the property ${unknown.join(', ')} of ${Type} (in ${id})`);
}

const ALIAS_UPDATE_MEMBERS = [
  'ApplicationName',
  'DeploymentGroupName',
  'BeforeAllowTrafficHook',
  'AfterAllowTrafficHook',
];

function validateUpdatePolicy(id: string, type: string, policy: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(policy)) {
    if (name !== 'CodeDeployLambdaAliasUpdate' || type !== 'AWS::Lambda::Alias')
      throw new NotImplemented(`the UpdatePolicy ${name} of ${type} (in ${id})`);
    const unknown = Object.keys(isRecord(value) ? value : {}).filter(
      (member) => !ALIAS_UPDATE_MEMBERS.includes(member),
    );
    if (unknown.length > 0) throw validationError(`Encountered unsupported property ${unknown.join(', ')} in ${name}`);
  }
}

function validateCondition(condition: string | undefined, template: Template): void {
  if (condition !== undefined && !template.conditions.has(condition))
    throw validationError(`Template format error: Unresolved condition dependency ${condition}`);
}

function validateReferences(value: unknown, template: Template, providers: Providers, where: string): void {
  for (const { name, attribute } of references(value)) {
    const resource = template.resources.get(name);
    if (resource === undefined) {
      if (attribute === undefined && (template.parameters.has(name) || name.startsWith('AWS::'))) continue;
      throw validationError(
        `Template format error: Unresolved resource dependencies [${name}] in the ${where.startsWith('Outputs/') ? 'Outputs' : 'Resources'} block of the template (${where})`,
      );
    }
    if (attribute === undefined || attribute === '*') continue;
    const provider = providers.get(resource.Type);
    if (provider?.open === true || provider?.attributes.includes(attribute) === true) continue;
    const specified = provider?.recorded ?? specificationOf(resource.Type);
    if (specified !== undefined && !Object.hasOwn(specified.attributes, attribute))
      throw validationError(
        `Template error: resource ${name} does not support attribute type ${attribute} in Fn::GetAtt`,
      );
    throw new NotImplemented(`the attribute ${attribute} of ${resource.Type} (${name}, used by ${where})`);
  }
}

/** Walks every branch, so that a function is refused whether or not its branch would be taken. */
function refuseUnknownFunctions(value: unknown): void {
  if (Array.isArray(value)) value.forEach(refuseUnknownFunctions);
  if (!isRecord(value)) return;
  for (const [name, member] of Object.entries(value)) {
    if (name.startsWith('Fn::')) {
      if (!INTRINSICS.includes(name) && !CONDITION_FUNCTIONS.includes(name))
        throw new NotImplemented(`the intrinsic function ${name}`);
      if (Object.keys(value).length > 1)
        throw validationError(`Template error: ${name} stands beside other members (${Object.keys(value).join(', ')})`);
    }
    refuseUnknownFunctions(member);
  }
}

const NAMED: Readonly<Record<string, string>> = {
  'AWS::IAM::Role': 'RoleName',
  'AWS::IAM::ManagedPolicy': 'ManagedPolicyName',
  'AWS::IAM::User': 'UserName',
  'AWS::IAM::Group': 'GroupName',
  'AWS::IAM::InstanceProfile': 'InstanceProfileName',
};

/** The capability a template asks for, and why. https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/control-access-with-iam.html */
export function neededCapability(
  template: Template,
): { readonly capability: 'CAPABILITY_IAM' | 'CAPABILITY_NAMED_IAM'; readonly reason: string } | undefined {
  const identity = [...template.resources.values()].filter(({ Type }) => Type.startsWith('AWS::IAM::'));
  if (identity.length === 0) return undefined;
  const named = identity.some(({ Type, Properties }) => (NAMED[Type] ?? '') in Properties);
  const types = [...new Set(identity.map(({ Type }) => Type))].join(', ');
  return {
    capability: named ? 'CAPABILITY_NAMED_IAM' : 'CAPABILITY_IAM',
    reason: `The following resource(s) require capabilities: [${types}]`,
  };
}

/** @throws AwsError InsufficientCapabilitiesException */
export function checkCapabilities(template: Template, given: readonly string[]): void {
  const needed = neededCapability(template)?.capability;
  if (needed === undefined || given.includes('CAPABILITY_NAMED_IAM') || given.includes(needed)) return;
  throw new AwsError('InsufficientCapabilitiesException', `Requires capabilities : [${needed}]`);
}
