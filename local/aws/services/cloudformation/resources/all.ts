import type { ResourceProvider } from '../provider.ts';
import { cdkResources } from './cdk.ts';
import { dynamodbResources } from './dynamodb.ts';
import { iamResources } from './iam.ts';
import { lambdaResources } from './lambda.ts';
import { logsResources } from './logs.ts';
import { s3Resources } from './s3.ts';

/** Every resource type the local CloudFormation knows. */
export const allResources: readonly ResourceProvider[] = [
  ...cdkResources,
  ...dynamodbResources,
  ...iamResources,
  ...lambdaResources,
  ...logsResources,
  ...s3Resources,
];
