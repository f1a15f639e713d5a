import { ref, arn, sub, resource, tagged, type Revision } from './template-builders.ts';

/** Parameters, secrets, keys, and a group of schedules. */
export function secretResources(revision: Revision): Record<string, object> {
  return {
    Setting: resource('AWS::SSM::Parameter', {
      Name: sub('/${AWS::StackName}/setting'),
      Type: 'String',
      Value: `Round ${revision}`,
      Tags: revision === 1 ? { team: 'orders' } : { revision: '2' },
    }),
    Secret: resource('AWS::SecretsManager::Secret', {
      Description: `Round ${revision}`,
      GenerateSecretString: {
        GenerateStringKey: 'password',
        SecretStringTemplate: '{}',
        PasswordLength: 16 * revision,
      },
      Tags: tagged(revision),
    }),
    Key: resource('AWS::KMS::Key', {
      Description: `Round ${revision}`,
      EnableKeyRotation: revision === 1,
      KeyPolicy: keyPolicy(revision),
      PendingWindowInDays: 7,
      Tags: tagged(revision),
    }),
    SpareKey: resource('AWS::KMS::Key', { Enabled: revision === 1, KeyPolicy: keyPolicy(1), PendingWindowInDays: 7 }),
    KeyAlias: resource('AWS::KMS::Alias', {
      AliasName: sub('alias/${AWS::StackName}-key'),
      TargetKeyId: ref(revision === 1 ? 'Key' : 'SpareKey'),
    }),
    TimerGroup: resource('AWS::Scheduler::ScheduleGroup', {}),
    GroupTimer: resource('AWS::Scheduler::Schedule', {
      GroupName: ref('TimerGroup'),
      ScheduleExpression: `rate(${revision + 1} hours)`,
      State: 'DISABLED',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: { Arn: arn('Queue'), RoleArn: arn('TimerRole'), Input: '{}' },
    }),
  };
}

function keyPolicy(revision: Revision): object {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: `Round${revision}`,
        Effect: 'Allow',
        Principal: { AWS: sub('arn:aws:iam::${AWS::AccountId}:root') },
        Action: 'kms:*',
        Resource: '*',
      },
    ],
  };
}
