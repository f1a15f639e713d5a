import { definitionLocation } from '../code-location.ts';
import type { Context } from '../model/context.ts';
import { resourceProblem } from '../model/errors.ts';
import { getAtt, isIntrinsic, ref } from '../model/intrinsics.ts';
import { handedOn, kept, type Made } from '../model/resource.ts';
import {
  anything,
  checkShape,
  listOf,
  literal,
  map,
  mapOfMaps,
  oneOf,
  text,
  truth,
  type Shape,
} from '../model/shape.ts';
import { asList, isFilled, isList, isMap, isText, mapOf, type Fields } from '../model/values.ts';
import { assumedBy } from '../policies/documents.ts';
import { managedPolicy, tracingPolicy } from '../policies/managed-policies.ts';
import { makeRole } from '../policies/role.ts';
import { propagateTags, tagList } from '../tags.ts';
import { expandMachineEvents } from './events.ts';

/** https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-statemachine.html */
export const MACHINE: Shape = {
  Definition: map,
  DefinitionUri: oneOf(text, map),
  Logging: map,
  Role: text,
  RolePath: anything,
  DefinitionSubstitutions: map,
  Events: mapOfMaps(map),
  Name: text,
  Type: text,
  Tags: map,
  PropagateTags: truth,
  Policies: oneOf(text, listOf(oneOf(text, map))),
  Tracing: map,
  PermissionsBoundary: text,
  AutoPublishAlias: anything,
  DeploymentPreference: anything,
  UseAliasAsEventTarget: literal(truth),
};

/** The resources of an `AWS::Serverless::StateMachine`. @throws Problem */
export function expandStateMachine(id: string, definition: Fields, context: Context): readonly Made[] {
  const properties = mapOf(definition.Properties);
  checkShape(id, 'AWS::Serverless::StateMachine', properties, MACHINE);
  const attributes = handedOn(definition);
  const said = definitionOf(id, properties);
  if (isFilled(properties.Role) && isFilled(properties.Policies))
    throw resourceProblem(id, "Specify either 'Role' or 'Policies' (but not both at the same time) or neither of them");
  const role = isFilled(properties.Role) ? undefined : machineRole(id, properties, attributes, context);
  const machine: Made = {
    id,
    type: 'AWS::StepFunctions::StateMachine',
    dependsOn: definition.DependsOn,
    attributes: kept(definition),
    properties: {
      ...said,
      RoleArn: role === undefined ? properties.Role : getAtt(role.id, 'Arn'),
      StateMachineName: properties.Name,
      StateMachineType: properties.Type,
      LoggingConfiguration: properties.Logging,
      TracingConfiguration: properties.Tracing,
      Tags: tagsOf(properties),
    },
  };
  const shifting = published(id, properties, attributes);
  const alias = shifting.at(-1)?.id;
  const target = properties.UseAliasAsEventTarget === true && alias !== undefined ? alias : id;
  const events = expandMachineEvents(id, properties, { id: target, attributes }, context);
  const made = [machine, ...(role === undefined ? [] : [role]), ...shifting, ...events];
  return properties.PropagateTags === true && isFilled(properties.Tags) ? propagateTags(made, properties.Tags) : made;
}

function tagsOf({ Tags }: Fields): Fields[] {
  return [{ Key: 'stateMachine:createdBy', Value: 'SAM' }, ...tagList(Tags)];
}

/** The definition as text, its intrinsic functions by substitutions; or where it is in S3. @throws Problem */
function definitionOf(id: string, { Definition, DefinitionUri, DefinitionSubstitutions }: Fields): Fields {
  const given = isFilled(DefinitionSubstitutions) ? mapOf(DefinitionSubstitutions) : {};
  const all = (more: Fields) => {
    const substitutions = { ...given, ...more };
    return isFilled(substitutions) ? { DefinitionSubstitutions: substitutions } : {};
  };
  if (isFilled(Definition) && isFilled(DefinitionUri))
    throw resourceProblem(id, "Specify either 'Definition' or 'DefinitionUri' property and not both.");
  if (isFilled(DefinitionUri)) return { ...all({}), DefinitionS3Location: definitionLocation(id, DefinitionUri) };
  if (!isFilled(Definition))
    throw resourceProblem(id, "Either 'Definition' or 'DefinitionUri' property must be specified.");
  const substitutions: Fields = {};
  const plain = substitute(Definition, substitutions);
  return {
    ...all(substitutions),
    DefinitionString: { 'Fn::Join': ['\n', JSON.stringify(plain, null, 4).split('\n')] },
  };
}

/** What is known only by CloudFormation becomes `${definition_substitution_n}`, in the order of sorted keys. */
function substitute(value: unknown, found: Fields): unknown {
  if (isIntrinsic(value) || (isText(value) && /^\s*\{\{resolve:([a-z-]+):(.+)\}\}\s*$/.test(value))) {
    const name = `definition_substitution_${Object.keys(found).length + 1}`;
    found[name] = value;
    return `\${${name}}`;
  }
  if (isList(value)) return value.map((item) => substitute(item, found));
  if (!isMap(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, substitute(value[key], found)]),
  );
}

function machineRole(id: string, properties: Fields, attributes: Fields, context: Context): Made {
  const policies = isFilled(properties.Policies) ? asList(properties.Policies) : [];
  const traced = mapOf(properties.Tracing).Enabled === true;
  return makeRole({
    id,
    partition: context.partition,
    attributes,
    trust: assumedBy('states.amazonaws.com'),
    policies: [...policies, ...(traced ? [managedPolicy(context, tracingPolicy(context))] : [])],
    managed: [],
    inline: [],
    path: properties.RolePath,
    boundary: properties.PermissionsBoundary,
    tags: tagsOf(properties),
  });
}

/** The version and the alias of `AutoPublishAlias`; the alias is the last. @throws Problem */
function published(id: string, properties: Fields, attributes: Fields): readonly Made[] {
  const { AutoPublishAlias: name, DeploymentPreference, UseAliasAsEventTarget } = properties;
  const lacking = (of: string) => resourceProblem(id, `'${of}' requires 'AutoPublishAlias' property to be specified.`);
  if (!isFilled(name)) {
    if (isFilled(UseAliasAsEventTarget)) throw lacking('UseAliasAsEventTarget');
    if (isFilled(DeploymentPreference)) throw lacking('DeploymentPreference');
    return [];
  }
  const version: Made = {
    id: `${id}Version`,
    type: 'AWS::StepFunctions::StateMachineVersion',
    attributes: { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain', ...attributes },
    properties: {
      StateMachineArn: ref(id),
      StateMachineRevisionId: getAtt(id, 'StateMachineRevisionId'),
    },
  };
  const preference = isFilled(DeploymentPreference) ? mapOf(DeploymentPreference) : { Type: 'ALL_AT_ONCE' };
  const alias: Made = {
    id: `${id}Alias${String(name)}`,
    type: 'AWS::StepFunctions::StateMachineAlias',
    attributes,
    properties: { Name: name, DeploymentPreference: { ...preference, StateMachineVersionArn: ref(version.id) } },
  };
  return [version, alias];
}
