import { createHash } from 'node:crypto';

/**
 * Names that the stacks of two accounts and the functions must agree on. A target account has to name the engine's roles
 * before the engine exists, so they are fixed, not generated.
 */

/** The engine's functions; folder, handler and role follow from the name. */
export const functionNames = [
  'receive',
  'validate',
  'gate',
  'deploy',
  'verify',
  'decide',
  'read',
  'wake',
  'notify',
  'interact',
  'sign-in',
] as const;
export type FunctionName = (typeof functionNames)[number];

/** The state machines, by the name of their file. */
export const machineNames = ['release', 'deploy-target', 'roll-back-target', 'plan'] as const;
export type MachineName = (typeof machineNames)[number];

export function machineResourceName(name: MachineName): string {
  return `sluice-${name}`;
}

export const ledgerTableName = 'sluice-ledger';
export const engineBusName = 'sluice';
/** Bus on which other programs hear of releases: nobody else's events come to it. And `source` and `detail-type` of what they hear. */
export const releaseEventBusName = 'sluice-releases';
export const releaseEventSource = 'sluice';
export const releaseEventType = 'Sluice Release Status Change';
/** SSM parameter, JSON `{ apiUrl, bucket, region }`: where the CLI finds the engine. */
export const engineParameterName = '/sluice/engine';

/** Role of an engine function, or of the workflow, in the engine's account. */
export function engineRoleName(name: FunctionName | 'workflow'): string {
  return `sluice-${name}`;
}

/** Log group of an engine function. */
export function functionLogGroup(name: FunctionName): string {
  return `/aws/lambda/${engineRoleName(name)}`;
}

/** Log group of a state machine, in the part that is for logs which AWS's services deliver. */
export function machineLogGroup(name: MachineName): string {
  return `/aws/vendedlogs/states/${machineResourceName(name)}`;
}

/** Roles of one region of a target account, and the policy of what nobody there may do to Sluice. */
export function targetRoleName(name: 'deploy' | 'verify' | 'codedeploy' | 'denials', region: string): string {
  return `sluice-target-${name}-${region}`;
}

/**
 * An entry of the policy as it stands in names and tags: neither takes the `*` of a pattern, and no service has a `_` in its
 * name.
 */
export function entryLabel(entry: string): string {
  return entry.replace('*', '_');
}

/** The role by which CloudFormation makes what an entry's services consist of. IAM takes 64 characters: this has up to 63. */
export function executionRoleName(region: string, entry: string): string {
  return `sluice-target-cfn-${region}-${entryLabel(entry)}`;
}

/** The permissions boundary of the roles and users of an entry's services. */
export function boundaryName(region: string, entry: string): string {
  return `sluice-target-boundary-${region}-${entryLabel(entry)}`;
}

/** ARN of a role in the `aws` partition. */
export function roleArn(account: string, roleName: string): string {
  return `arn:aws:iam::${account}:role/${roleName}`;
}

/** ARN of a managed policy in the `aws` partition. */
export function policyArn(account: string, name: string): string {
  return `arn:aws:iam::${account}:policy/${name}`;
}

/** Tags of services' stacks, which CloudFormation gives to what is in them. */
export const tagNames = {
  entry: 'sluice:entry',
  service: 'sluice:service',
  environment: 'sluice:environment',
} as const;

/** Whose Sluice's own stacks are, by their tag `sluice:entry`: a label that no entry has. */
export const ownEntry = '.sluice';

/** Role by which a target's events come to the engine's bus. */
export function forwardRoleName(region: string): string {
  return `sluice-target-forward-${region}`;
}

/** Bucket of a target, where its stacks find their code. */
export function assetBucketName(account: string, region: string): string {
  return `sluice-assets-${account}-${region}`;
}

/**
 * Buckets from which `sam deploy` and `cdk deploy` take code, with wildcards. A rollback restores a stack that they made with
 * its former code, which CloudFormation reads there.
 */
export const formerCodeBuckets = ['aws-sam-cli-managed-default-*', 'cdk-*'] as const;

/** Prefix of a target's bucket of code under which templates lie that are only planned: it is emptied after a day. */
export const planTemplates = 'plans/';

/** Bucket into which teams drop artifacts. */
export function releaseBucketName(account: string, region: string): string {
  return `sluice-releases-${account}-${region}`;
}

/** Bucket that holds what judgements rest on, beside the ledger. */
export function evidenceBucketName(account: string, region: string): string {
  return `sluice-evidence-${account}-${region}`;
}

/** Bucket that holds the digests of the ledger, locked. */
export function digestBucketName(account: string, region: string): string {
  return `sluice-digests-${account}-${region}`;
}

/** The external id with which the engine assumes a target's roles, unless the stacks are given another. */
export function defaultExternalId(engineAccount: string): string {
  return `sluice${engineAccount}`;
}

/** Stack of a service in each target of an environment, where the policy does not call it otherwise. */
export function defaultStackName(service: string, environment: string): string {
  return `sluice-${service}-${environment}`;
}

/** CodeDeploy application of the engine's own deployment groups in a target. */
export const codeDeployApplicationName = 'sluice';

/** CodeDeploy takes no longer name of a group. */
const LONGEST_GROUP_NAME = 100;
/** A longer one keeps so much of its beginning, then a digest. */
const KEPT_OF_GROUP_NAME = 83;

/** The engine's own deployment group for an alias that the template gives none. */
export function deploymentGroupName(stackName: string, aliasLogicalId: string): string {
  const name = `${stackName}-${aliasLogicalId}`;
  if (name.length <= LONGEST_GROUP_NAME) return name;
  const digest = createHash('sha256').update(name).digest('hex').slice(0, 16);
  return `${name.slice(0, KEPT_OF_GROUP_NAME)}-${digest}`;
}

/** What `deploymentGroupName` makes for the aliases of one stack. */
export function deploymentGroupPattern(stackName: string): string {
  return `${`${stackName}-`.slice(0, KEPT_OF_GROUP_NAME)}*`;
}
