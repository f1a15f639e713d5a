import type { ResourceProvider } from '../provider.ts';
import { apiGatewayResources } from './api-gateway.ts';
import { cdkResources } from './cdk.ts';
import { cloudwatchResources } from './cloudwatch.ts';
import { codedeployResources } from './codedeploy.ts';
import { dynamodbResources } from './dynamodb.ts';
import { eventsResources } from './events.ts';
import { iamResources } from './iam.ts';
import { kmsResources } from './kms.ts';
import { lambdaResources } from './lambda.ts';
import { logsResources } from './logs.ts';
import { restApiResources } from './rest-api.ts';
import { s3Resources } from './s3.ts';
import { schedulerResources } from './scheduler.ts';
import { secretsManagerResources } from './secrets-manager.ts';
import { sesResources } from './ses.ts';
import { snsResources } from './sns.ts';
import { sqsResources } from './sqs.ts';
import { ssmResources } from './ssm.ts';
import { statesResources } from './states.ts';

/** Every resource type the local CloudFormation knows. */
export const allResources: readonly ResourceProvider[] = [
  ...apiGatewayResources,
  ...cdkResources,
  ...cloudwatchResources,
  ...codedeployResources,
  ...dynamodbResources,
  ...eventsResources,
  ...iamResources,
  ...kmsResources,
  ...lambdaResources,
  ...logsResources,
  ...restApiResources,
  ...s3Resources,
  ...schedulerResources,
  ...secretsManagerResources,
  ...sesResources,
  ...snsResources,
  ...sqsResources,
  ...ssmResources,
  ...statesResources,
];
