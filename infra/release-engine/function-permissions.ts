import { releaseEventSource, releaseEventType } from '../../core/contract/names.ts';
import { sealedHeadPrefix } from '../../core/ledger/digests/document.ts';
import { roleArn, targetRoleName, type FunctionName, type MachineName } from '../../core/contract/names.ts';
import type { Target } from '../../core/values/identifiers.ts';
import { inParts } from '../constructs/parts.ts';
import type { Permission } from '../constructs/permissions.ts';
import { ledgerPermissions } from './ledger-permissions.ts';
import { liveAlias, type EngineArns } from './names.ts';

/** The resources that the permissions are for. */
export interface PermissionScope {
  readonly arns: EngineArns;
  readonly linkKeyArn: string;
  /** Identities that the sender may be verified as. */
  readonly senderArns: readonly string[];
  /** Configuration sets of the account. */
  readonly configurationSets: string;
  readonly pagerTopicArn: string;
  /** The secret of the Slack app; undefined where the policy has no Slack. */
  readonly slackSecretArn: string | undefined;
  /** The secret of the OpenID provider's client; undefined where the policy has no provider, or its client no secret. */
  readonly oidcSecretArn: string | undefined;
  /** Are transitions put on the event bus? */
  readonly putsEvents: boolean;
  readonly targets: readonly Target[];
}

/** What one function may do in AWS; each may also write its log and its trace. */
export function permissionsOf(name: FunctionName, scope: PermissionScope): readonly Permission[] {
  return [...ownLog(name, scope), tracing, ...ledgerPermissions(name, scope.arns.ledger), ...particular[name](scope)];
}

const particular: Readonly<Record<FunctionName, (scope: PermissionScope) => readonly Permission[]>> = {
  receive: (scope) => [...readArtifacts(scope), startReleases(scope), ...schedule(scope)],
  validate: (scope) => [...readArtifacts(scope)],
  gate: (scope) => [answerTasks, orderDelivery(scope)],
  deploy: (scope) => [...readArtifacts(scope), answerTasks, keepEvidence(scope), ...assume('deploy', scope)],
  // It stops a shift that its synthetic traffic fails.
  verify: (scope) => [
    answerTasks,
    keepEvidence(scope),
    // What the slices before it measured. It reads nothing that need not be there.
    readEvidence(scope),
    ...assume('verify', scope),
  ],
  decide: (scope) => [
    answerTasks,
    checkLinks(scope),
    startReleases(scope),
    startPlans(scope),
    orderDelivery(scope),
    ...schedule(scope),
  ],
  // It compares the templates of releases.
  read: (scope) => [...readArtifacts(scope), readEvidence(scope), listEvidence(scope), ...readDigests(scope)],
  wake: (scope) => [
    answerTasks,
    keepEvidence(scope),
    keepDigests(scope),
    startReleases(scope),
    lookAtReleases(scope),
    watchShifts(scope),
    ...assume('deploy', scope),
    ...schedule(scope),
    orderDelivery(scope),
    ...findUploads(scope),
  ],
  notify: (scope) => [
    signLinks(scope),
    sendMail(scope),
    page(scope),
    ...putEvents(scope),
    ...readSecret(scope.slackSecretArn),
  ],
  interact: (scope) => [answerTasks, orderDelivery(scope), ...readSecret(scope.slackSecretArn)],
  'sign-in': (scope) => [...readSecret(scope.oidcSecretArn)],
};

const tracing: Permission = {
  actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'],
  resources: ['*'],
  because: 'X-Ray has no resources to name for these.',
};

/** `states:SendTask*` know the task by its token alone. */
const answerTasks: Permission = {
  actions: ['states:SendTaskSuccess', 'states:SendTaskFailure'],
  resources: ['*'],
  because: 'Step Functions offers no resource for these: the token, which the ledger keeps, identifies the task.',
};

function ownLog(name: FunctionName, { arns }: PermissionScope): Permission[] {
  return [
    {
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [`${arns.logGroup(name)}:*`],
      because: 'Lambda names the streams of the log group; the group is this function’s own.',
    },
  ];
}

function readArtifacts({ arns }: PermissionScope): Permission[] {
  return [
    {
      actions: ['s3:GetObjectVersion'],
      resources: [`${arns.releaseBucket}/*`],
      because: 'Teams name the artifacts; the bucket holds nothing else. Every read is by version id.',
    },
    // Without it S3 answers 403 instead of 404, and a deleted object would look like a missing permission.
    { actions: ['s3:ListBucket'], resources: [arns.releaseBucket] },
  ];
}

/** No function overwrites or deletes what lies there. */
function keepEvidence({ arns }: PermissionScope): Permission {
  return {
    actions: ['s3:PutObject'],
    resources: [`${arns.evidenceBucket}/*`],
    because:
      'Each object is named by its release and its own digest; the bucket takes a name once, and holds nothing else.',
  };
}

function readEvidence({ arns }: PermissionScope): Permission {
  return {
    actions: ['s3:GetObject'],
    resources: [`${arns.evidenceBucket}/*`],
    because: 'Each object is named by its release and its own digest; the bucket holds nothing else.',
  };
}

/** Without it S3 answers 403 instead of 404, and what people ask for that is not there would look like a missing permission. */
function listEvidence({ arns }: PermissionScope): Permission {
  return { actions: ['s3:ListBucket'], resources: [arns.evidenceBucket] };
}

/** It reads nothing there: what another attempt wrote is what it would have written. */
function keepDigests({ arns }: PermissionScope): Permission {
  return {
    actions: ['s3:PutObject'],
    resources: [`${arns.digestBucket}/*`],
    because: 'Releases and numbers name the objects; the bucket takes a name once, locks it, and holds nothing else.',
  };
}

/** The heads of releases; the digests that list them are read by who verifies them all, with a copy. */
function readDigests({ arns }: PermissionScope): Permission[] {
  return [
    {
      actions: ['s3:GetObject'],
      resources: [`${arns.digestBucket}/${sealedHeadPrefix}*`],
      because: 'Each object is named by its release.',
    },
    // Without it S3 answers 403 instead of 404, and a release that no digest lists would look like a missing permission.
    { actions: ['s3:ListBucket'], resources: [arns.digestBucket] },
  ];
}

// AWS authorises a start by alias on the machine's own ARN and gives the alias as a condition key with several values, which a
// plain operator does not match: https://docs.aws.amazon.com/step-functions/latest/dg/auth-version-alias.html
function startReleases(scope: PermissionScope): Permission {
  return startByAlias('release', scope);
}

function startPlans(scope: PermissionScope): Permission {
  return startByAlias('plan', scope);
}

function startByAlias(name: MachineName, { arns }: PermissionScope): Permission {
  return {
    actions: ['states:StartExecution'],
    resources: [arns.machine(name)],
    conditions: { 'ForAnyValue:StringEquals': { 'states:StateMachineQualifier': [liveAlias] } },
  };
}

function lookAtReleases({ arns }: PermissionScope): Permission {
  return {
    actions: ['states:DescribeExecution'],
    resources: [arns.executions('release')],
    because: 'Each release is an execution of its own.',
  };
}

function watchShifts({ arns }: PermissionScope): Permission {
  return { actions: ['lambda:InvokeFunction'], resources: [arns.function('verify')] };
}

/** Objects that were never received are found and handed over. */
function findUploads({ arns }: PermissionScope): Permission[] {
  return [
    { actions: ['s3:ListBucketVersions'], resources: [arns.releaseBucket] },
    { actions: ['lambda:InvokeFunction'], resources: [arns.function('receive')] },
  ];
}

function orderDelivery({ arns }: PermissionScope): Permission {
  return { actions: ['lambda:InvokeFunction'], resources: [arns.function('notify')] };
}

function signLinks({ linkKeyArn }: PermissionScope): Permission {
  return { actions: ['kms:Sign'], resources: [linkKeyArn] };
}

function checkLinks({ linkKeyArn }: PermissionScope): Permission {
  return { actions: ['kms:GetPublicKey'], resources: [linkKeyArn] };
}

function sendMail({ senderArns, configurationSets }: PermissionScope): Permission {
  return {
    actions: ['ses:SendEmail'],
    resources: [...senderArns, configurationSets],
    because: 'SES asks for the default configuration set of the identity, too, which its owner names and may change.',
  };
}

function page({ pagerTopicArn }: PermissionScope): Permission {
  return { actions: ['sns:Publish'], resources: [pagerTopicArn] };
}

/** The one function that speaks there, and these events alone. */
function putEvents({ arns, putsEvents }: PermissionScope): Permission[] {
  if (!putsEvents) return [];
  const said = { 'events:source': releaseEventSource, 'events:detail-type': releaseEventType };
  return [{ actions: ['events:PutEvents'], resources: [arns.releaseBus], conditions: { StringEquals: said } }];
}

/** Secrets Manager adds six characters to a secret's name, which are known only once it is made. */
function readSecret(arn: string | undefined): Permission[] {
  if (arn === undefined) return [];
  return [{ actions: ['secretsmanager:GetSecretValue'], resources: [`${arn}-??????`] }];
}

/** Targets whose roles a function's own policy has room for, beside what else stands there: IAM takes 10,240 characters of it. */
const targetsOfOwnPolicy = 60;
/** Targets whose roles one managed policy names: IAM takes 6,144 characters of it, and ten of them for a role. */
const targetsOfManagedPolicy = 80;

function assume(name: EnteringRole, { targets }: PermissionScope): Permission[] {
  return targets.length > targetsOfOwnPolicy ? [] : [enter(name, targets)];
}

/** Roles of the targets that functions take. */
export type EnteringRole = 'deploy' | 'verify';

/** The role of the targets that a function takes; undefined where it takes none. */
export function enteringRole(name: FunctionName): EnteringRole | undefined {
  if (name === 'deploy' || name === 'wake') return 'deploy';
  return name === 'verify' ? 'verify' : undefined;
}

/** What stands in managed policies, one for each part, because there are too many targets for a function's own policy. */
export function enteringPolicies(name: EnteringRole, targets: readonly Target[]): readonly Permission[] {
  if (targets.length <= targetsOfOwnPolicy) return [];
  return inParts(targets, targetsOfManagedPolicy).map((some) => enter(name, some));
}

function enter(name: EnteringRole, targets: readonly Target[]): Permission {
  const roles = targets.map(({ account, region }) => roleArn(account, targetRoleName(name, region)));
  return { actions: ['sts:AssumeRole', 'sts:SetSourceIdentity'], resources: [...new Set(roles)] };
}

function schedule({ arns }: PermissionScope): Permission[] {
  return [
    { actions: ['scheduler:GetSchedule', 'scheduler:UpdateSchedule'], resources: [arns.schedule] },
    {
      actions: ['iam:PassRole'],
      resources: [arns.scheduleRole],
      conditions: { StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' } },
    },
  ];
}
