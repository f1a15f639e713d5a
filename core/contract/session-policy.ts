import {
  assetBucketName,
  codeDeployApplicationName,
  formerCodeBuckets,
  roleArn,
  serviceStackName,
  targetRoleName,
} from './names.ts';

/** What a session in a target is narrowed to: one service in one environment. */
export interface SessionScope {
  readonly service: string;
  readonly environment: string;
  readonly account: string;
  readonly region: string;
}

interface Statement {
  readonly Effect: 'Allow';
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
}

/**
 * What is left of the role's own grants: the service's stack, what that stack is made of, and the reads that have no
 * resource. Names that CloudFormation makes begin with the stack's name; names chosen by hand have to, too.
 */
export function sessionPolicy({ service, environment, account, region }: SessionScope): {
  readonly Version: string;
  readonly Statement: readonly Statement[];
} {
  const stack = serviceStackName(service, environment);
  const arn = (name: string, resource: string): string => `arn:aws:${name}:${region}:${account}:${resource}`;
  const allow = (Action: Statement['Action'], ...Resource: string[]): Statement => ({
    Effect: 'Allow',
    Action,
    Resource,
  });
  return {
    Version: '2012-10-17',
    Statement: [
      allow('cloudformation:*', arn('cloudformation', `stack/${stack}/*`), `arn:aws:cloudformation:*:aws:transform/*`),
      allow('lambda:*', arn('lambda', `function:${stack}-*`)),
      allow(
        'codedeploy:*',
        arn('codedeploy', `application:${codeDeployApplicationName}`),
        arn('codedeploy', `deploymentgroup:${codeDeployApplicationName}/${stack}-*`),
        arn('codedeploy', `application:${stack}-*`),
        arn('codedeploy', `deploymentgroup:${stack}-*`),
        arn('codedeploy', 'deploymentconfig:*'),
      ),
      allow(
        'iam:PassRole',
        roleArn(account, targetRoleName('cloudformation', region)),
        roleArn(account, targetRoleName('codedeploy', region)),
      ),
      // The bucket itself too: without leave to list it, S3 says 403 of a missing object instead of 404.
      allow(
        's3:*',
        `arn:aws:s3:::${assetBucketName(account, region)}`,
        `arn:aws:s3:::${assetBucketName(account, region)}/*`,
      ),
      allow('s3:GetObject', ...formerCodeBuckets.map((name) => `arn:aws:s3:::${name}/*`)),
      allow(['secretsmanager:DescribeSecret', 'ssm:GetParameters', 'cloudwatch:DescribeAlarms'], '*'),
      // CloudFormation cuts names that are too long, the stack's too: the role's own grant says which may be read.
      allow(['iam:GetRole', 'iam:GetUser'], '*'),
      // AWS may know no resource for it, and a rollback does not depend on that.
      allow('codedeploy:StopDeployment', '*'),
    ],
  };
}
