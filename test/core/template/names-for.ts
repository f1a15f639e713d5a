/** ARNs in the target of staging. */
const inLambda = (name: string): string => `arn:aws:lambda:us-east-1:222222222222:function:${name}`;
const inIam = (name: string): string => `arn:aws:iam::222222222222:role/${name}`;

const named = 'sluice-orders-staging-x';

/** Where a name alone is no value of the property. */
const special: Readonly<Record<string, readonly [fits: string, doesNot: string]>> = {
  'AWS::KMS::Alias AliasName': [`alias/${named}`, 'alias/x'],
  'AWS::Logs::LogGroup LogGroupName': [`/aws/lambda/${named}`, '/aws/lambda/x'],
  'AWS::SSM::Parameter Name': ['/sluice-orders-staging/x', '/x'],
  'AWS::SecretsManager::Secret Name': ['sluice-orders-staging/x', 'x'],
  'AWS::IAM::Role Path': ['/', '/x/'],
  'AWS::IAM::ManagedPolicy Path': ['/', '/x/'],
  'AWS::Events::Rule EventBusName': ['default', 'x'],
  'AWS::Scheduler::Schedule GroupName': ['default', 'x'],
  'AWS::CloudFormation::CustomResource ServiceToken': [inLambda(named), inLambda('x')],
  'AWS::Lambda::Function Role': [inIam(named), inIam('x')],
  'AWS::Serverless::Function Role': [inIam(named), inIam('x')],
  'AWS::Serverless::StateMachine Role': [inIam(named), inIam('x')],
  'AWS::AppSync::DataSource ServiceRoleArn': [inIam(named), inIam('x')],
  'AWS::Events::Rule RoleArn': [inIam(named), inIam('x')],
  'AWS::Pipes::Pipe RoleArn': [inIam(named), inIam('x')],
  'AWS::StepFunctions::StateMachine RoleArn': [inIam(named), inIam('x')],
};

/** A value of a property that is the service `orders`' own in staging, in 222222222222/us-east-1, and one that is not. */
export function namesFor(type: string, property: string): readonly [fits: string, doesNot: string] {
  return special[`${type} ${property}`] ?? [named, 'x'];
}
