import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { replaceInFile } from '../scenario-runner.ts';
import type { Scenario } from './scenario.ts';

/** What a hook reports when CodeDeploy calls it; `silent` reports nothing. */
type Behaviour = 'Succeeded' | 'Failed' | 'silent';

/** The template has its own CodeDeploy group, with hooks that CodeDeploy calls before and after traffic shifts. */
export const hook: Scenario = {
  name: 'hook',
  description:
    'the template’s own CodeDeploy group calls hooks before and after traffic shifts: they succeed; then the one after fails; then the one before does not answer within its hour',
  expectedEnds: ['Succeeded', 'Succeeded', 'RolledBack', 'RolledBack'],
  expectedLive: { staging: '1.1.0', production: '1.1.0' },
  run: async (runner) => {
    await runner.releaseVersion('v1', withHooks({ before: 'Succeeded', after: 'Succeeded' }));
    const good = await runner.releaseVersion('v2', withHooks({ before: 'Succeeded', after: 'Succeeded' }));
    runner.expect(
      good.transitions.filter(({ type }) => type === 'shifted').length === 2,
      'hooks that succeed let the traffic move in both environments',
    );
    const failed = await runner.releaseVersion('v2', withHooks({ before: 'Succeeded', after: 'Failed' }, '1.1.1'));
    const silent = await runner.releaseVersion('v2', withHooks({ before: 'silent', after: 'Succeeded' }, '1.1.2'));
    for (const [{ transitions }, name] of [
      [failed, 'AfterHook'],
      [silent, 'BeforeHook'],
    ] as const) {
      const reason = transitions.find(({ type }) => type === 'checkFailed')?.reason ?? '';
      runner.expect(reason.includes(name), `the ledger names the hook ${name}: ${reason}`);
    }
    const at = (wanted: string): number => Date.parse(silent.transitions.find(({ type }) => type === wanted)?.at ?? '');
    const minutes = (at('checkFailed') - at('shiftStarted')) / 60_000;
    runner.expect(minutes >= 60 && minutes < 65, `a hook that never answers fails after an hour (${minutes} minutes)`);
  },
};

/** Adds the group and its hooks to a copy of the sample service. */
function withHooks(hooks: { readonly before: Behaviour; readonly after: Behaviour }, version?: string) {
  return (folder: string): void => {
    replaceInFile(folder, 'template.yaml', 'Resources:\n', `Resources:\n${GROUP}`);
    replaceInFile(
      folder,
      'template.yaml',
      '  OrdersAlias:\n    Type: AWS::Lambda::Alias\n',
      `  OrdersAlias:\n    Type: AWS::Lambda::Alias\n${POLICY}`,
    );
    for (const [name, behaviour] of Object.entries(hooks)) {
      mkdirSync(join(folder, `hook-${name}`));
      writeFileSync(join(folder, `hook-${name}`, 'index.js'), CODE.replace('BEHAVIOUR', behaviour));
    }
    if (version === undefined) return;
    replaceInFile(folder, 'release.json', '"1.1.0"', `"${version}"`);
    replaceInFile(folder, 'orders/index.js', "'1.1.0'", `'${version}'`);
  };
}

const CODE = `'use strict';

const { CodeDeployClient, PutLifecycleEventHookExecutionStatusCommand } = require('@aws-sdk/client-codedeploy');

const status = 'BEHAVIOUR';

exports.handler = async ({ DeploymentId, LifecycleEventHookExecutionId }) => {
  if (status === 'silent') return;
  await new CodeDeployClient({}).send(
    new PutLifecycleEventHookExecutionStatusCommand({
      deploymentId: DeploymentId,
      lifecycleEventHookExecutionId: LifecycleEventHookExecutionId,
      status,
    }),
  );
};
`;

const POLICY = `    UpdatePolicy:
      CodeDeployLambdaAliasUpdate:
        ApplicationName: !Ref Traffic
        DeploymentGroupName: !Ref TrafficGroup
        BeforeAllowTrafficHook: !Ref BeforeHook
        AfterAllowTrafficHook: !Ref AfterHook
`;

const role = (name: string, service: string, statements: string): string => `  ${name}:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: '2012-10-17'
        Statement: [{ Effect: Allow, Principal: { Service: ${service}.amazonaws.com }, Action: sts:AssumeRole }]
      Policies:
        - PolicyName: traffic
          PolicyDocument:
            Version: '2012-10-17'
            Statement:
${statements}
`;

const allow = (actions: string, resource: string): string =>
  `              - { Effect: Allow, Action: [${actions}], Resource: ${resource} }`;

const hookFunction = (name: string, folder: string): string => `  ${name}:
    Type: AWS::Lambda::Function
    Properties:
      Handler: index.handler
      Runtime: nodejs24.x
      Architectures: [arm64]
      Timeout: 10
      Role: !GetAtt HookRole.Arn
      Code: ./${folder}
`;

const GROUP = [
  `  Traffic:
    Type: AWS::CodeDeploy::Application
    Properties:
      ComputePlatform: Lambda
`,
  `  TrafficGroup:
    Type: AWS::CodeDeploy::DeploymentGroup
    Properties:
      ApplicationName: !Ref Traffic
      ServiceRoleArn: !GetAtt TrafficRole.Arn
      DeploymentConfigName: CodeDeployDefault.LambdaAllAtOnce
      DeploymentStyle: { DeploymentType: BLUE_GREEN, DeploymentOption: WITH_TRAFFIC_CONTROL }
      AutoRollbackConfiguration:
        Enabled: true
        Events: [DEPLOYMENT_FAILURE, DEPLOYMENT_STOP_ON_ALARM, DEPLOYMENT_STOP_ON_REQUEST]
`,
  role(
    'TrafficRole',
    'codedeploy',
    [
      allow(
        'lambda:GetAlias, lambda:UpdateAlias, lambda:GetProvisionedConcurrencyConfig',
        '!Sub "${OrdersFunction.Arn}:*"',
      ),
      allow(
        'lambda:GetAlias, lambda:UpdateAlias, lambda:GetProvisionedConcurrencyConfig',
        '!GetAtt OrdersFunction.Arn',
      ),
      allow('lambda:InvokeFunction', '!GetAtt BeforeHook.Arn'),
      allow('lambda:InvokeFunction', '!GetAtt AfterHook.Arn'),
    ].join('\n'),
  ),
  role(
    'HookRole',
    'lambda',
    allow(
      'codedeploy:PutLifecycleEventHookExecutionStatus',
      '!Sub "arn:aws:codedeploy:${AWS::Region}:${AWS::AccountId}:deploymentgroup:${Traffic}/*"',
    ),
  ),
  hookFunction('BeforeHook', 'hook-before'),
  hookFunction('AfterHook', 'hook-after'),
].join('\n');
