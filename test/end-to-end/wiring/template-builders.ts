/** Shapes of CloudFormation, as functions. */

/** Which of two versions: they differ in whatever can be changed in place. */
export type Revision = 1 | 2;

type Properties = Readonly<Record<string, unknown>>;
export const ref = (Ref: string): object => ({ Ref });
export const arn = (name: string): object => ({ 'Fn::GetAtt': [name, 'Arn'] });
export const sub = (text: string): object => ({ 'Fn::Sub': text });
export const resource = (Type: string, Properties: Properties): object => ({ Type, Properties });
/** One tag goes, another comes. */
export const tagged = (revision: Revision): readonly object[] => [
  revision === 1 ? { Key: 'team', Value: 'orders' } : { Key: 'revision', Value: '2' },
];
export const allow = (Action: string | readonly string[], Resource: unknown, more: object = {}): object => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action, Resource, ...more }],
});
export const trust = (service: string): object => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: `${service}.amazonaws.com` }, Action: 'sts:AssumeRole' }],
});
export const role = (service: string, policy: object, more: Properties = {}): object =>
  resource('AWS::IAM::Role', {
    AssumeRolePolicyDocument: trust(service),
    Policies: [{ PolicyName: 'own', PolicyDocument: policy }],
    ...more,
  });
