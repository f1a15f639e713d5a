import { readFileSync } from 'node:fs';
import path from 'node:path';
import { corrected } from './corrections.ts';
import { apiModelSchema, type ApiModel } from './shapes.ts';

const folder = path.join(import.meta.dirname, 'models');
const loaded = new Map<string, ApiModel>();

/** Where the model of a service lies. */
export function modelFile(signingName: string): string {
  return path.join(folder, `${signingName}.json`);
}

/** The model as it is committed: AWS's, with nothing put right. */
export function committedModel(signingName: string): ApiModel {
  return apiModelSchema.parse(JSON.parse(readFileSync(modelFile(signingName), 'utf8')));
}

/** The model that requests are held against: AWS's, corrected where it is known to be wrong. */
export function modelOf(signingName: string): ApiModel {
  const known = loaded.get(signingName);
  if (known !== undefined) return known;
  const model = corrected(signingName, committedModel(signingName));
  loaded.set(signingName, model);
  return model;
}

/** Where a service's own signing name is not the name of its folder in botocore, and which version of its API it is. */
export const APIS: Readonly<Record<string, string>> = {
  apigateway: 'apigatewayv2/2018-11-29',
  'apigateway-v1': 'apigateway/2015-07-09',
  cloudformation: 'cloudformation/2010-05-15',
  codedeploy: 'codedeploy/2014-10-06',
  dynamodb: 'dynamodb/2012-08-10',
  events: 'events/2015-10-07',
  iam: 'iam/2010-05-08',
  kms: 'kms/2014-11-01',
  lambda: 'lambda/2015-03-31',
  logs: 'logs/2014-03-28',
  monitoring: 'cloudwatch/2010-08-01',
  s3: 's3/2006-03-01',
  scheduler: 'scheduler/2021-06-30',
  secretsmanager: 'secretsmanager/2017-10-17',
  ses: 'sesv2/2019-09-27',
  sns: 'sns/2010-03-31',
  sqs: 'sqs/2012-11-05',
  ssm: 'ssm/2014-11-06',
  states: 'stepfunctions/2016-11-23',
  sts: 'sts/2011-06-15',
};
