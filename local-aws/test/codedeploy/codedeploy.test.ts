import {
  BatchGetDeploymentTargetsCommand,
  CodeDeployClient,
  CreateApplicationCommand,
  CreateDeploymentCommand,
  CreateDeploymentConfigCommand,
  CreateDeploymentGroupCommand,
  GetDeploymentCommand,
  GetDeploymentGroupCommand,
  ListDeploymentsCommand,
  ListDeploymentTargetsCommand,
  ListGitHubAccountTokenNamesCommand,
  PutLifecycleEventHookExecutionStatusCommand,
  StopDeploymentCommand,
  type AutoRollbackEvent,
  type CreateDeploymentGroupCommandInput,
} from '@aws-sdk/client-codedeploy';
import { CloudWatchClient, PutMetricAlarmCommand, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  CreateAliasCommand,
  CreateFunctionCommand,
  GetAliasCommand,
  LambdaClient,
  PublishVersionCommand,
  UpdateAliasCommand,
  UpdateFunctionCodeCommand,
} from '@aws-sdk/client-lambda';
import { strToU8, zipSync } from 'fflate';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { startLocalAws, type LocalAws } from '../../aws.ts';
import type { ServiceEvent } from '../../kernel/ports.ts';
import { emitted } from '../emitted.ts';

const where = { account: '333333333333', region: 'us-east-1' };
const MINUTE = 60_000;
const stateChange = z.object({ deploymentId: z.string(), state: z.string() });
const invocation = z.object({ Payload: z.instanceof(Uint8Array) });
const hookPayload = z.object({ DeploymentId: z.string(), LifecycleEventHookExecutionId: z.string() });
const EVENTS: AutoRollbackEvent[] = ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_ALARM', 'DEPLOYMENT_STOP_ON_REQUEST'];

let aws: LocalAws;
let client: CodeDeployClient;
let lambda: LambdaClient;
let events: ServiceEvent[];
let role: string;
let group = '';
let name = '';
let groups = 0;

beforeAll(async () => {
  aws = await startLocalAws({ pace: 'manual', busyRate: 0, begin: Date.parse('2026-11-20T09:00:00Z') });
  events = emitted(aws);
  client = aws.client(CodeDeployClient, where);
  lambda = aws.client(LambdaClient, where);
  role = await serviceRole('codedeploy', [
    'lambda:GetAlias',
    'lambda:UpdateAlias',
    'lambda:GetProvisionedConcurrencyConfig',
    'lambda:InvokeFunction',
    'cloudwatch:DescribeAlarms',
  ]);
  await client.send(new CreateApplicationCommand({ applicationName: 'app', computePlatform: 'Lambda' }));
});
afterAll(() => aws.close());

beforeEach(async () => {
  group = `group-${++groups}`;
  name = `function-${groups}`;
  events.length = 0;
  await lambda.send(
    new CreateFunctionCommand({
      FunctionName: name,
      Role: await serviceRole(`execution-${groups}`, [], 'lambda.amazonaws.com'),
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Code: { ZipFile: code(1) },
    }),
  );
  await lambda.send(new PublishVersionCommand({ FunctionName: name }));
  await lambda.send(new UpdateFunctionCodeCommand({ FunctionName: name, ZipFile: code(2) }));
  await lambda.send(new PublishVersionCommand({ FunctionName: name }));
  await lambda.send(new CreateAliasCommand({ FunctionName: name, Name: 'live', FunctionVersion: '1' }));
});

function code(version: number): Uint8Array {
  return zipSync({ 'index.mjs': strToU8(`export const handler = async () => ${version};`) });
}

async function serviceRole(RoleName: string, actions: string[], service = 'codedeploy.amazonaws.com') {
  const iam = aws.client(IAMClient, where);
  const trust = { Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' };
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [trust] });
  const { Role } = await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
  if (actions.length > 0) {
    const allow = { Effect: 'Allow', Action: actions, Resource: '*' };
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [allow] });
    await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'policy', PolicyDocument }));
  }
  return Role?.Arn ?? '';
}

async function createGroup(more: Partial<CreateDeploymentGroupCommandInput> = {}): Promise<void> {
  await client.send(
    new CreateDeploymentGroupCommand({
      applicationName: 'app',
      deploymentGroupName: group,
      serviceRoleArn: role,
      deploymentConfigName: 'CodeDeployDefault.LambdaCanary10Percent5Minutes',
      deploymentStyle: { deploymentType: 'BLUE_GREEN', deploymentOption: 'WITH_TRAFFIC_CONTROL' },
      autoRollbackConfiguration: { enabled: true, events: EVENTS },
      ...more,
    }),
  );
}

async function deploy(hooks: Record<string, string>[] = [], versions = ['1', '2']): Promise<string> {
  const [CurrentVersion, TargetVersion] = versions;
  const Properties = { Name: name, Alias: 'live', CurrentVersion, TargetVersion };
  const content = JSON.stringify({
    version: 0.0,
    Resources: [{ [name]: { Type: 'AWS::Lambda::Function', Properties } }],
    Hooks: hooks,
  });
  const { deploymentId = '' } = await client.send(
    new CreateDeploymentCommand({
      applicationName: 'app',
      deploymentGroupName: group,
      revision: { revisionType: 'AppSpecContent', appSpecContent: { content } },
    }),
  );
  return deploymentId;
}

const get = async (deploymentId: string | undefined) =>
  (await client.send(new GetDeploymentCommand({ deploymentId }))).deploymentInfo;
const states = () =>
  events
    .filter(({ source }) => source === 'aws.codedeploy')
    .map(({ detail }) => {
      const { deploymentId, state } = stateChange.parse(detail);
      return [deploymentId, state];
    });
async function alias() {
  const { FunctionVersion, RoutingConfig } = await lambda.send(
    new GetAliasCommand({ FunctionName: name, Name: 'live' }),
  );
  return [FunctionVersion, RoutingConfig?.AdditionalVersionWeights ?? {}];
}
async function target(deploymentId: string) {
  const { targetIds } = await client.send(new ListDeploymentTargetsCommand({ deploymentId }));
  const { deploymentTargets } = await client.send(new BatchGetDeploymentTargetsCommand({ deploymentId, targetIds }));
  return deploymentTargets?.[0]?.lambdaTarget;
}

describe('a canary', () => {
  it('gives ten percent for five minutes, then everything', async () => {
    await createGroup();
    const id = await deploy();
    expect(id).toMatch(/^d-[A-Z0-9]{9}$/);
    expect((await get(id))?.status).toBe('Created');
    await aws.clock.advance(2_000);
    expect(await alias()).toEqual(['1', { '2': 0.1 }]);
    expect((await target(id))?.lambdaFunctionInfo).toMatchObject({ targetVersion: '2', targetVersionWeight: 0.1 });
    await aws.clock.advance(4 * MINUTE);
    expect(await alias()).toEqual(['1', { '2': 0.1 }]);
    await aws.clock.advance(MINUTE);
    expect(await alias()).toEqual(['2', {}]);
    expect(await get(id)).toMatchObject({ status: 'Succeeded', computePlatform: 'Lambda', creator: 'user' });
    expect(
      (await target(id))?.lifecycleEvents?.map(({ lifecycleEventName, status }) => [lifecycleEventName, status]),
    ).toEqual([
      ['BeforeAllowTraffic', 'Succeeded'],
      ['AllowTraffic', 'Succeeded'],
      ['AfterAllowTraffic', 'Succeeded'],
    ]);
    expect(states()).toEqual([
      [id, 'START'],
      [id, 'SUCCESS'],
    ]);
    expect(events[0]).toMatchObject({
      source: 'aws.codedeploy',
      detailType: 'CodeDeploy Deployment State-change Notification',
      detail: { application: 'app', deploymentGroup: group, region: 'us-east-1' },
    });
  });
});

describe('other configurations', () => {
  it('shift linearly, by a custom configuration', async () => {
    await client.send(
      new CreateDeploymentConfigCommand({
        deploymentConfigName: 'Custom',
        computePlatform: 'Lambda',
        trafficRoutingConfig: {
          type: 'TimeBasedLinear',
          timeBasedLinear: { linearPercentage: 40, linearInterval: 2 },
        },
      }),
    );
    await createGroup({ deploymentConfigName: 'Custom' });
    await deploy();
    await aws.clock.advance(2_000);
    expect(await alias()).toEqual(['1', { '2': 0.4 }]);
    await aws.clock.advance(2 * MINUTE);
    expect(await alias()).toEqual(['1', { '2': 0.8 }]);
    await aws.clock.advance(2 * MINUTE);
    expect(await alias()).toEqual(['2', {}]);
  });

  it('shift all at once', async () => {
    await createGroup({ deploymentConfigName: 'CodeDeployDefault.LambdaAllAtOnce' });
    await deploy();
    await aws.clock.advance(2_000);
    expect(await alias()).toEqual(['2', {}]);
  });
});

describe('stopping', () => {
  it('with rollback gives the alias back by a deployment of its own', async () => {
    await createGroup({ autoRollbackConfiguration: { enabled: false } });
    const id = await deploy();
    await aws.clock.advance(2_000);
    await client.send(new StopDeploymentCommand({ deploymentId: id, autoRollbackEnabled: true }));
    await aws.clock.advance(2_000);
    expect(await alias()).toEqual(['1', {}]);
    const stopped = await get(id);
    expect(stopped).toMatchObject({ status: 'Stopped', errorInformation: { code: 'MANUAL_STOP' } });
    const rollback = stopped?.rollbackInfo?.rollbackDeploymentId;
    expect(await get(rollback)).toMatchObject({
      status: 'Succeeded',
      creator: 'codeDeployRollback',
      rollbackInfo: { rollbackTriggeringDeploymentId: id },
    });
    expect(states()).toEqual([
      [id, 'START'],
      [id, 'STOP'],
      [rollback, 'START'],
      [rollback, 'SUCCESS'],
    ]);
  });

  it('without rollback leaves the alias on two versions, and the next deployment fails', async () => {
    await createGroup({ autoRollbackConfiguration: { enabled: false } });
    const id = await deploy();
    await aws.clock.advance(2_000);
    await client.send(new StopDeploymentCommand({ deploymentId: id }));
    await aws.clock.advance(2_000);
    expect(await alias()).toEqual(['1', { '2': 0.1 }]);
    const next = await deploy();
    await aws.clock.advance(2_000);
    expect(await get(next)).toMatchObject({
      status: 'Failed',
      errorInformation: { code: 'INVALID_LAMBDA_CONFIGURATION' },
    });
    expect(await alias()).toEqual(['1', { '2': 0.1 }]);
  });

  it('is too late after the end', async () => {
    await createGroup({ deploymentConfigName: 'CodeDeployDefault.LambdaAllAtOnce' });
    const deploymentId = await deploy();
    await aws.clock.advance(2_000);
    await expect(client.send(new StopDeploymentCommand({ deploymentId }))).rejects.toMatchObject({
      name: 'DeploymentAlreadyCompletedException',
    });
  });
});

describe('deployments of one group', () => {
  it('happen one at a time', async () => {
    await createGroup();
    await deploy();
    await expect(deploy()).rejects.toMatchObject({ name: 'DeploymentLimitExceededException' });
    await aws.clock.advance(6 * MINUTE);
    await deploy([], ['2', '1']);
    await aws.clock.advance(6 * MINUTE);
    const list = await client.send(
      new ListDeploymentsCommand({
        applicationName: 'app',
        deploymentGroupName: group,
        includeOnlyStatuses: ['Succeeded'],
      }),
    );
    expect(list.deployments).toHaveLength(2);
    const { deploymentGroupInfo } = await client.send(
      new GetDeploymentGroupCommand({ applicationName: 'app', deploymentGroupName: group }),
    );
    expect(deploymentGroupInfo?.lastSuccessfulDeployment?.deploymentId).toBe(list.deployments?.[0]);
  });

  it('fail when the alias serves another version than the AppSpec says', async () => {
    await createGroup();
    await lambda.send(new UpdateAliasCommand({ FunctionName: name, Name: 'live', FunctionVersion: '2' }));
    const id = await deploy();
    await aws.clock.advance(2_000);
    expect((await get(id))?.errorInformation?.code).toBe('INVALID_LAMBDA_CONFIGURATION');
    expect(states()).toEqual([
      [id, 'START'],
      [id, 'FAILURE'],
    ]);
  });

  it('fail when the role lacks a permission', async () => {
    await createGroup({ serviceRoleArn: await serviceRole(`poor-${groups}`, ['lambda:GetAlias']) });
    const id = await deploy();
    await aws.clock.advance(2_000);
    expect(await get(id)).toMatchObject({ status: 'Failed', errorInformation: { code: 'IAM_ROLE_PERMISSIONS' } });
    expect(await alias()).toEqual(['1', {}]);
  });
});

describe('hooks', () => {
  const reported = async (hooks: Record<string, string>[], status: 'Succeeded' | 'Failed') => {
    await createGroup();
    const payloads: z.infer<typeof hookPayload>[] = [];
    const stop = aws.kernel.onObservation((observation) => {
      if (observation.kind !== 'call' || observation.operation !== 'Invoke') return;
      const { Payload } = invocation.parse(observation.input);
      payloads.push(hookPayload.parse(JSON.parse(Buffer.from(Payload).toString())));
    });
    const id = await deploy(hooks);
    await aws.clock.advance(10 * MINUTE);
    stop();
    const before = await alias();
    await client.send(
      new PutLifecycleEventHookExecutionStatusCommand({
        deploymentId: id,
        lifecycleEventHookExecutionId: payloads[0]?.LifecycleEventHookExecutionId,
        status,
      }),
    );
    await aws.clock.advance(10 * MINUTE);
    expect(payloads[0]?.DeploymentId).toBe(id);
    return { id, before };
  };

  it('hold the traffic until they report', async () => {
    const { id, before } = await reported([{ BeforeAllowTraffic: name }], 'Succeeded');
    expect(before).toEqual(['1', {}]);
    expect((await get(id))?.status).toBe('Succeeded');
    expect(await alias()).toEqual(['2', {}]);
  });

  it('that fail after the traffic take it back', async () => {
    const { id, before } = await reported([{ AfterAllowTraffic: name }], 'Failed');
    expect(before).toEqual(['2', {}]);
    expect(await get(id)).toMatchObject({ status: 'Failed', errorInformation: { code: 'HOOK_EXECUTION_FAILURE' } });
    expect(await alias()).toEqual(['1', {}]);
  });

  it('that never report fail after an hour', async () => {
    await createGroup();
    const id = await deploy([{ BeforeAllowTraffic: name }]);
    await aws.clock.advance(59 * MINUTE);
    expect((await get(id))?.status).toBe('InProgress');
    await aws.clock.advance(2 * MINUTE);
    expect((await get(id))?.errorInformation?.code).toBe('HOOK_EXECUTION_FAILURE');
  });
});

describe('alarms', () => {
  const AlarmName = () => `alarm-${groups}`;
  const cloudwatch = () => aws.client(CloudWatchClient, where);
  const setAlarm = (StateValue: 'OK' | 'ALARM') =>
    cloudwatch().send(new SetAlarmStateCommand({ AlarmName: AlarmName(), StateValue, StateReason: 'test' }));
  // A state that was set by hand holds until the alarm is evaluated, at the next full minute: that must not fall into a test.
  const withAlarm = async () => {
    await aws.clock.advance(MINUTE - (aws.clock.now() % MINUTE) + 1_000);
    await cloudwatch().send(
      new PutMetricAlarmCommand({
        AlarmName: AlarmName(),
        Namespace: 'AWS/Lambda',
        MetricName: 'Errors',
        Statistic: 'Sum',
        Period: 60,
        EvaluationPeriods: 1,
        Threshold: 1,
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      }),
    );
    await createGroup({ alarmConfiguration: { enabled: true, alarms: [{ name: AlarmName() }] } });
  };

  it('that go off stop the deployment and take the traffic back', async () => {
    await withAlarm();
    const id = await deploy();
    await aws.clock.advance(2_000);
    expect(await alias()).toEqual(['1', { '2': 0.1 }]);
    await setAlarm('ALARM');
    await aws.clock.advance(2_000);
    const stopped = await get(id);
    expect(stopped).toMatchObject({ status: 'Stopped', errorInformation: { code: 'ALARM_ACTIVE' } });
    expect(stopped?.errorInformation?.message).toContain(AlarmName());
    expect(await alias()).toEqual(['1', {}]);
  });

  it('that are on already keep the traffic away', async () => {
    await withAlarm();
    await setAlarm('ALARM');
    const id = await deploy();
    await aws.clock.advance(2_000);
    expect((await get(id))?.errorInformation?.code).toBe('ALARM_ACTIVE');
    expect(await alias()).toEqual(['1', {}]);
  });
});

describe('what is not implemented', () => {
  it('is refused by name: operations, parameters, platforms', async () => {
    await expect(client.send(new ListGitHubAccountTokenNamesCommand({}))).rejects.toThrow(
      /ListGitHubAccountTokenNames/,
    );
    await expect(createGroup({ triggerConfigurations: [] })).rejects.toThrow(
      /triggerConfigurations in codedeploy:CreateDeploymentGroup/,
    );
    await expect(
      client.send(new CreateApplicationCommand({ applicationName: 'ecs', computePlatform: 'ECS' })),
    ).rejects.toThrow(/platform ECS/);
  });
});
