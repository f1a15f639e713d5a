import { resourceProblem } from '../model/errors.ts';
import {
  choose,
  getAtt,
  ifArguments,
  IF_ARGUMENTS,
  isIf,
  isIntrinsic,
  isNoValue,
  ref,
  sub,
} from '../model/intrinsics.ts';
import { orCondition } from '../conditions.ts';
import type { Made } from '../model/resource.ts';
import { compact, filled, isFilled, isGiven, isList, isMap, isText, mapOf, type Fields } from '../model/values.ts';
import { assumedBy } from '../policies/documents.ts';
import { managedPolicyArn } from '../policies/managed-policies.ts';
import { tagList } from '../tags.ts';

const APPLICATION = 'ServerlessDeploymentApplication';
const ROLE = 'CodeDeployServiceRole';
const CONDITION = 'ServerlessCodeDeployCondition';

/** Deployment types that are configurations of CodeDeploy's own; any other name is one of the team's. */
const PREDEFINED = [
  'Canary10Percent5Minutes',
  'Canary10Percent10Minutes',
  'Canary10Percent15Minutes',
  'Canary10Percent30Minutes',
  'Linear10PercentEvery1Minute',
  'Linear10PercentEvery2Minutes',
  'Linear10PercentEvery3Minutes',
  'Linear10PercentEvery10Minutes',
  'AllAtOnce',
];

/** How a function's alias is moved by CodeDeploy. */
interface Preference {
  readonly id: string;
  readonly properties: Fields;
  readonly condition: unknown;
  readonly tags: Fields | undefined;
}

/** The deployment preferences of a template: one application and role for all, one deployment group for each function. */
export class Deployments {
  readonly #preferences: Preference[] = [];

  /**
   * Notes how a function's alias is to be moved.
   * @returns the alias's update policy; undefined where the preference is not enabled
   * @throws Problem
   */
  add(id: string, properties: Fields, condition: unknown, tags: unknown): Fields | undefined {
    const { Enabled: enabled = true, Type: type, Hooks: hooks } = properties;
    if (!isFilled(enabled) || enabled === 'false' || enabled === 'False') return undefined;
    if (type === undefined) throw resourceProblem(id, "'DeploymentPreference' is missing required Property 'Type'");
    if (isGiven(hooks) && !isMap(hooks))
      throw resourceProblem(id, "'Hooks' property of 'DeploymentPreference' must be a dictionary");
    this.#preferences.push({ id, properties, condition, tags: isMap(tags) ? tags : undefined });
    const { PreTraffic, PostTraffic } = mapOf(hooks);
    return {
      CodeDeployLambdaAliasUpdate: compact({
        ApplicationName: ref(APPLICATION),
        DeploymentGroupName: ref(groupId(id)),
        BeforeAllowTrafficHook: PreTraffic,
        AfterAllowTrafficHook: PostTraffic,
      }),
    };
  }

  /** The resources of CodeDeploy that the preferences need. @throws Problem */
  expand(partition: string, conditions: Fields): readonly Made[] {
    const enabled = this.#preferences;
    if (enabled.length === 0) return [];
    const attributes = this.#sharedAttributes(conditions);
    const tags = enabled.flatMap((one) => tagList(one.tags));
    const Tags = tags.length === 0 ? undefined : lastOfEach(tags);
    return [
      {
        id: APPLICATION,
        type: 'AWS::CodeDeploy::Application',
        attributes,
        properties: { ComputePlatform: 'Lambda', Tags },
      },
      ...(enabled.every(({ properties }) => isFilled(properties.Role))
        ? []
        : [serviceRole(partition, attributes, Tags)]),
      ...enabled.map(deploymentGroup),
    ];
  }

  /** Where every function with a preference has a condition, what they share is made under one of these. */
  #sharedAttributes(conditions: Fields): Fields {
    const named = [...new Set(this.#preferences.map(({ condition }) => condition).filter(isText))];
    if (this.#preferences.some(({ condition }) => !isFilled(condition))) return {};
    const [only] = named;
    if (only !== undefined && named.length === 1) return { Condition: only };
    Object.assign(conditions, orCondition(CONDITION, named));
    return { Condition: CONDITION };
  }
}

function lastOfEach(tags: readonly Fields[]): Fields[] {
  return tagList(Object.fromEntries(tags.map(({ Key, Value }) => [String(Key), Value])));
}

function groupId(id: string): string {
  return `${id}DeploymentGroup`;
}

function serviceRole(partition: string, attributes: Fields, Tags: unknown): Made {
  const isolated = partition === 'aws-iso' || partition === 'aws-iso-b';
  const policy = isolated ? 'AWSCodeDeployRoleForLambdaLimited' : 'AWSCodeDeployRoleForLambda';
  return {
    id: ROLE,
    type: 'AWS::IAM::Role',
    attributes,
    properties: {
      AssumeRolePolicyDocument: assumedBy('codedeploy.amazonaws.com'),
      ManagedPolicyArns: [managedPolicyArn(partition, policy)],
      Tags,
    },
  };
}

function deploymentGroup({ id, properties, condition, tags }: Preference): Made {
  return {
    id: groupId(id),
    type: 'AWS::CodeDeploy::DeploymentGroup',
    attributes: isFilled(condition) ? { Condition: condition } : {},
    properties: {
      AlarmConfiguration: alarms(id, properties.Alarms),
      ApplicationName: ref(APPLICATION),
      AutoRollbackConfiguration: {
        Enabled: true,
        Events: ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_ALARM', 'DEPLOYMENT_STOP_ON_REQUEST'],
      },
      DeploymentConfigName: configuration(properties.Type, true),
      DeploymentStyle: { DeploymentType: 'BLUE_GREEN', DeploymentOption: 'WITH_TRAFFIC_CONTROL' },
      ServiceRoleArn: filled(properties.Role) ?? getAtt(ROLE, 'Arn'),
      TriggerConfigurations: filled(properties.TriggerConfigurations),
      Tags: tags === undefined ? undefined : tagList(tags),
    },
  };
}

function alarms(id: string, value: unknown): unknown {
  if (!isFilled(value) || isNoValue(value)) return undefined;
  if (!isIf(value)) return alarmConfiguration(id, value);
  const items = ifArguments(value);
  if (items === undefined) throw resourceProblem(id, IF_ARGUMENTS);
  const [condition, whenTrue, whenFalse] = items;
  return choose(condition, alarmConfiguration(id, whenTrue), alarmConfiguration(id, whenFalse));
}

function alarmConfiguration(id: string, value: unknown): unknown {
  if (!isList(value)) throw resourceProblem(id, 'Alarms must be a list');
  if (value.length === 0 || isNoValue(value[0])) return {};
  return { Enabled: true, Alarms: value.map((Name) => ({ Name })) };
}

/** The names of CodeDeploy's own configurations, wherever they stand in the type. */
function configuration(value: unknown, outside: boolean): unknown {
  if (isList(value)) return value.map((item) => configuration(item, true));
  if (isIntrinsic(value))
    return Object.fromEntries(
      Object.entries(value).map(([name, member]) => [name, configuration(member, name !== 'Fn::Sub')]),
    );
  if (!isText(value) || !PREDEFINED.includes(value)) return value;
  const named = sub('CodeDeployDefault.Lambda${ConfigName}', { ConfigName: value });
  return outside ? named : named['Fn::Sub'];
}
