export interface Kind {
  readonly type: string;
  readonly good: object;
  /** Each alone fails the update; what else it changes is fine, and may be done before the refusal. */
  readonly bad: readonly object[];
  readonly beside?: object;
  /** What is to be as before. */
  readonly read: (id: string) => Promise<unknown>;
}

export function trusting(Service: string): object {
  const Statement = [{ Effect: 'Allow', Principal: { Service }, Action: 'sts:AssumeRole' }];
  return { Version: '2012-10-17', Statement };
}

export function role(Service: string): object {
  const Statement = [{ Effect: 'Allow', Action: '*', Resource: '*' }];
  const Policies = [{ PolicyName: 'all', PolicyDocument: { Version: '2012-10-17', Statement } }];
  return { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: trusting(Service), Policies } };
}

export const code = {
  Code: { ZipFile: 'exports.handler = async () => 1;' },
  Handler: 'index.handler',
  Runtime: 'nodejs24.x',
  Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
};

export const consumer = {
  Role: role('lambda.amazonaws.com'),
  Fn: { Type: 'AWS::Lambda::Function', Properties: { ...code } },
  Queue: { Type: 'AWS::SQS::Queue', Properties: {} },
};

export const tagged = { Tags: [{ Key: 'team', Value: 'shop' }] };

export const retagged = { Tags: [{ Key: 'owner', Value: 'else' }] };
