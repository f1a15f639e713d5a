import type { ResourceProvider } from '../provider.ts';
import { cdkResources } from './cdk.ts';
import { cloudwatchResources } from './cloudwatch.ts';
import { dynamodbResources } from './dynamodb.ts';
import { eventsResources } from './events.ts';
import { iamResources } from './iam.ts';
import { lambdaResources } from './lambda.ts';
import { logsResources } from './logs.ts';
import { s3Resources } from './s3.ts';
import { statesResources } from './states.ts';

/** Every resource type the local CloudFormation knows. */
export const allResources: readonly ResourceProvider[] = [
  ...cdkResources,
  ...cloudwatchResources,
  ...dynamodbResources,
  ...eventsResources,
  ...iamResources,
  ...lambdaResources,
  ...logsResources,
  ...s3Resources,
  ...statesResources,
];
