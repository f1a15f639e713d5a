import type { Target } from '../values/identifiers.ts';
import {
  assetBucketName,
  codeDeployApplicationName,
  deploymentGroupPattern,
  entryLabel,
  formerCodeBuckets,
  tagNames,
} from './names.ts';

/** What a session in a target is about: one stack, by the names of the release's plan. */
export interface SessionScope extends Target {
  readonly stackName: string;
  /** Names of the stack's resources: `*` and `?` as in IAM. */
  readonly resourceNames: readonly string[];
  /** ARNs of the roles that the session hands over or looks at; none but where stacks are changed. */
  readonly roles?: readonly string[];
  /** `look`: to see whether the stack's resources hold anything; `secrets`: to read those of checks. For nothing else. */
  readonly purpose?: 'look' | 'secrets';
  /** Key of the policy's entry, whose secrets may be read; none where none are. */
  readonly entry?: string;
}

/** STS takes so many characters of session policy. */
export const LONGEST_SESSION_POLICY = 2048;
const LONGEST_FUNCTION_NAME = 64;
const LONGEST_APPLICATION_NAME = 100;
const LONGEST_BUCKET_NAME = 63;
const LONGEST_QUEUE_NAME = 80;
const LONGEST_TABLE_NAME = 255;

interface Statement {
  readonly Effect: 'Allow';
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/**
 * What is left of the role's own grants, which name account and region: the service's stack, what that stack is made of, and
 * the reads that have no resource. STS takes 2,048 characters.
 */
export function sessionPolicy(scope: SessionScope): SessionPolicy {
  if (scope.purpose === undefined) return workingPolicy(scope);
  return scope.purpose === 'look' ? lookingPolicy(scope) : secretsPolicy(scope);
}

interface SessionPolicy {
  readonly Version: string;
  readonly Statement: readonly Statement[];
}

/** Whether there are logs, and whether a secret or a parameter was changed, may be asked of any: the role's own grants say of which. */
function lookingPolicy({ resourceNames }: SessionScope): SessionPolicy {
  const allow = (Action: Statement['Action'], Resource: Statement['Resource']): Statement => ({
    ...{ Effect: 'Allow', Action, Resource },
  });
  const named = (before: string, longest: number): string[] =>
    upTo(resourceNames, longest).map((name) => `${before}${name}`);
  const buckets = named('arn:aws:s3:::', LONGEST_BUCKET_NAME).map((arn) => arn.toLowerCase());
  return {
    Version: '2012-10-17',
    Statement: [
      allow('dynamodb:Scan', named('arn:aws:dynamodb:*:*:table/', LONGEST_TABLE_NAME)),
      allow('s3:ListBucketVersions', buckets),
      allow('sqs:GetQueueAttributes', named('arn:aws:sqs:*:*:', LONGEST_QUEUE_NAME)),
      allow(['logs:DescribeLogStreams', 'secretsmanager:DescribeSecret', 'ssm:GetParameters'], '*'),
    ],
  };
}

/**
 * Secrets that have the names of the plan, or lie below them, but for those that carry the tag of another entry. What is encrypted
 * with keys of the account is decrypted by Secrets Manager, with the caller's leave.
 */
function secretsPolicy({ resourceNames, entry = '' }: SessionScope): SessionPolicy {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: 'secretsmanager:GetSecretValue',
        Resource: secretNames(resourceNames).map((name) => `arn:aws:secretsmanager:*:*:secret:${name}`),
        Condition: { StringEqualsIfExists: { [`aws:ResourceTag/${tagNames.entry}`]: entryLabel(entry) } },
      },
      { Effect: 'Allow', Action: 'kms:Decrypt', Resource: '*' },
    ],
  };
}

/** What ARNs of secrets end with, by the names of resources: six random characters follow a secret's name. */
export function secretNames(resourceNames: readonly string[]): string[] {
  return resourceNames.flatMap((name) => (name.endsWith('*') ? [name] : [`${name}-??????`, `${name}/*`]));
}

function upTo(names: readonly string[], longest: number): string[] {
  return names.filter((name) => name.replace('*', '').length <= longest);
}

/** A version or alias stands behind the name of its function. What ends in random characters may have more of them. */
function withVersions(name: string): string[] {
  if (name.endsWith('*')) return [name];
  return name.endsWith('?') ? [`${name}*`] : [name, `${name}:*`];
}

function workingPolicy({ stackName, resourceNames, roles = [], account, region }: SessionScope): SessionPolicy {
  const arn = (name: string, resource: string): string => `arn:aws:${name}:*:*:${resource}`;
  const allow = (Action: Statement['Action'], ...Resource: string[]): Statement => ({
    Effect: 'Allow',
    Action,
    Resource,
  });
  return {
    Version: '2012-10-17',
    Statement: [
      allow(
        'cloudformation:*',
        arn('cloudformation', `stack/${stackName}/*`),
        `arn:aws:cloudformation:*:aws:transform/*`,
      ),
      allow(
        'lambda:*',
        ...upTo(resourceNames, LONGEST_FUNCTION_NAME)
          .flatMap(withVersions)
          .map((name) => arn('lambda', `function:${name}`)),
      ),
      allow(
        'codedeploy:*',
        arn('codedeploy', `application:${codeDeployApplicationName}`),
        arn('codedeploy', `deploymentgroup:${codeDeployApplicationName}/${deploymentGroupPattern(stackName)}`),
        // Applications of the template; their groups are called `<application>/<group>`.
        ...upTo(resourceNames, LONGEST_APPLICATION_NAME)
          .flatMap((name) => (name.endsWith('*') ? [name] : [name, `${name}/*`]))
          .map((name) => arn('codedeploy', `*:${name}`)),
        arn('codedeploy', 'deploymentconfig:*'),
      ),
      ...(roles.length === 0 ? [] : [allow('iam:PassRole', ...roles)]),
      // The bucket itself too: without leave to list it, S3 says 403 of a missing object instead of 404.
      allow(
        's3:*',
        `arn:aws:s3:::${assetBucketName(account, region)}`,
        `arn:aws:s3:::${assetBucketName(account, region)}/*`,
      ),
      allow('s3:GetObject', ...formerCodeBuckets.map((name) => `arn:aws:s3:::${name}/*`)),
      // CloudFormation cuts names that are too long: the role's own grant says which roles may be read. AWS may know no resource
      // for a deployment, and a rollback does not depend on that.
      allow(
        [
          ...['secretsmanager:DescribeSecret', 'ssm:GetParameters', 'cloudwatch:DescribeAlarms'],
          ...['iam:Get*', 'iam:List*', 'codedeploy:StopDeployment'],
        ],
        '*',
      ),
    ],
  };
}
