import { Stack } from 'aws-cdk-lib';
import type { CfnRole } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { engineRoleName } from '../../core/contract/names.ts';
import { arnIn, createRole, type Permission } from '../constructs/permissions.ts';
import { functionSubstitutions, type EngineArns } from './names.ts';

/** The role of the state machines. */
export function createWorkflowRole(scope: Construct, id: string, arns: EngineArns): CfnRole {
  return createRole(scope, id, {
    name: engineRoleName('workflow'),
    description: 'What the state machines of Sluice may do',
    trust: {
      service: 'states.amazonaws.com',
      conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(scope).account } },
    },
    permissions: [
      {
        actions: ['lambda:InvokeFunction'],
        resources: Object.values(functionSubstitutions).map((name) => `${arns.function(name)}:*`),
        because: 'Releases under way go on calling the versions they began with.',
      },
      ...runChildren(scope, arns),
      ...observe,
    ],
  });
}

// What startExecution.sync:2 needs: https://docs.aws.amazon.com/step-functions/latest/dg/connect-stepfunctions.html
function runChildren(scope: Construct, arns: EngineArns): Permission[] {
  return [
    {
      actions: ['states:StartExecution'],
      resources: [arns.machine('deploy-target'), arns.machine('roll-back-target')],
    },
    {
      actions: ['states:DescribeExecution', 'states:StopExecution'],
      resources: [arns.executions('deploy-target'), arns.executions('roll-back-target')],
      because: 'Each deployment and each rollback of a target is an execution of its own.',
    },
    {
      actions: ['events:PutTargets', 'events:PutRule', 'events:DescribeRule'],
      resources: [arnIn(scope, 'events', 'rule/StepFunctionsGetEventsForStepFunctionsExecutionRule')],
    },
  ];
}

const observe: readonly Permission[] = [
  {
    actions: [
      'logs:CreateLogDelivery',
      'logs:GetLogDelivery',
      'logs:UpdateLogDelivery',
      'logs:DeleteLogDelivery',
      'logs:ListLogDeliveries',
      'logs:PutResourcePolicy',
      'logs:DescribeResourcePolicies',
      'logs:DescribeLogGroups',
    ],
    resources: ['*'],
    because: 'CloudWatch Logs offers no resources for the delivery of vended logs.',
  },
  {
    actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords', 'xray:GetSamplingRules', 'xray:GetSamplingTargets'],
    resources: ['*'],
    because: 'X-Ray has no resources to name for these.',
  },
];
