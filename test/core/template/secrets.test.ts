import { describe, expect, it } from 'vitest';
import { mayMakeSecret } from '../../../core/template/secrets.ts';

describe('a template', () => {
  const withSecret = (Properties: Record<string, unknown>, Type = 'AWS::SecretsManager::Secret') => ({
    Resources: { Topic: { Type: 'AWS::SNS::Topic' }, Secret: { Type, Properties } },
  });

  it.each([
    ['of this name', withSecret({ Name: 'orders/smoke' }), true],
    ['whose name CloudFormation makes of others', withSecret({ Name: { 'Fn::Sub': '${AWS::StackName}/smoke' } }), true],
    ['of another name', withSecret({ Name: 'orders/db' }), false],
    ['without a name, which nobody can refer to', withSecret({}), false],
    ['that is none', withSecret({ Name: 'orders/smoke' }, 'AWS::SQS::Queue'), false],
  ])('makes a secret %s or not', (_, template, makes) => {
    expect(mayMakeSecret(template, 'orders/smoke')).toBe(makes);
  });
});
