import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import {
  digestBucketName,
  engineBusName,
  engineRoleName,
  evidenceBucketName,
  functionLogGroup,
  ledgerTableName,
  machineResourceName,
  releaseBucketName,
  releaseEventBusName,
  type FunctionName,
  type MachineName,
} from '../../core/contract/names.ts';
import { arnIn } from '../constructs/permissions.ts';

/** The functions the workflow calls, by the substitution for their ARN. */
export const functionSubstitutions = {
  ValidateFunction: 'validate',
  GateFunction: 'gate',
  DeployFunction: 'deploy',
  VerifyFunction: 'verify',
} as const satisfies Record<string, FunctionName>;

export const reconcilerName = 'sluice-reconciler';
/** The dashboard of the engine: dashboards are of an account, in all its Regions, of which each may have an engine. */
export function dashboardName(region: string): string {
  return `ReleaseEngine-${region}`;
}

/** The alias by which releases are started: an execution keeps the version that was live then. */
export const liveAlias = 'live';

export function functionResourceName(name: FunctionName): string {
  return engineRoleName(name);
}

/** ARNs that follow from fixed names, so that a permission can be written before its resource exists. */
export interface EngineArns {
  readonly releaseBucket: string;
  readonly evidenceBucket: string;
  readonly digestBucket: string;
  readonly ledger: string;
  readonly bus: string;
  readonly releaseBus: string;
  readonly schedule: string;
  readonly scheduleRole: string;
  readonly function: (name: FunctionName) => string;
  readonly logGroup: (name: FunctionName) => string;
  readonly machine: (name: MachineName) => string;
  readonly executions: (name: MachineName) => string;
}

/** The ARNs of the engine in this stack's account and region. */
export function engineArns(scope: Construct): EngineArns {
  const { account, region } = Stack.of(scope);
  return {
    releaseBucket: `arn:aws:s3:::${releaseBucketName(account, region)}`,
    evidenceBucket: `arn:aws:s3:::${evidenceBucketName(account, region)}`,
    digestBucket: `arn:aws:s3:::${digestBucketName(account, region)}`,
    ledger: arnIn(scope, 'dynamodb', `table/${ledgerTableName}`),
    bus: arnIn(scope, 'events', `event-bus/${engineBusName}`),
    releaseBus: arnIn(scope, 'events', `event-bus/${releaseEventBusName}`),
    schedule: arnIn(scope, 'scheduler', `schedule/default/${reconcilerName}`),
    scheduleRole: `arn:aws:iam::${account}:role/${reconcilerName}`,
    function: (name) => arnIn(scope, 'lambda', `function:${functionResourceName(name)}`),
    logGroup: (name) => arnIn(scope, 'logs', `log-group:${functionLogGroup(name)}`),
    machine: (name) => arnIn(scope, 'states', `stateMachine:${machineResourceName(name)}`),
    executions: (name) => arnIn(scope, 'states', `execution:${machineResourceName(name)}:*`),
  };
}
