import { actionsOf, arnsOf, logGroups, madeUp, onNamed, type ResourceKind } from './kind.ts';

const keys = arnsOf('kms', 'key/*');

/**
 * Secrets by their names. Secrets Manager adds six random characters to the ARN of each, which one that is being made lacks.
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_iam-policies.html
 */
const secrets = arnsOf(
  'secretsmanager',
  ...['{name}', '{name}-??????', '{name}/*'].map((name) => `secret:${name}`),
  ...[madeUp, `${madeUp}-??????`].map((name) => `secret:${name}`),
);

const secretsBecause = 'CloudFormation calls a secret without a name by its logical id and twelve random characters.';

/** Secrets, and the keys that encrypt. */
export const secretKinds: readonly ResourceKind[] = [
  {
    title: 'Secrets',
    types: ['AWS::SecretsManager::Secret'],
    note: '`{{resolve:secretsmanager:…}}` reads those with the names of the entry, and those that CloudFormation has named. Replicas in other regions are not among the options.',
    grants: [
      {
        actions: actionsOf(
          'secretsmanager',
          'CreateSecret UpdateSecret DeleteSecret DescribeSecret GetSecretValue TagResource UntagResource',
        ),
        resources: secrets,
        because: secretsBecause,
      },
      {
        actions: ['secretsmanager:GetRandomPassword'],
        resources: ['*'],
        because: 'It makes up a password, and is about no secret.',
      },
    ],
  },
  {
    title: 'Policies of secrets',
    types: ['AWS::SecretsManager::ResourcePolicy'],
    grants: [
      {
        actions: actionsOf('secretsmanager', 'PutResourcePolicy GetResourcePolicy DeleteResourcePolicy'),
        resources: secrets,
        because: secretsBecause,
      },
    ],
  },
  {
    title: 'Rotation of secrets',
    types: ['AWS::SecretsManager::RotationSchedule'],
    note: 'By a function of the service; a hosted one is a nested stack.',
    grants: [
      {
        actions: actionsOf('secretsmanager', 'RotateSecret CancelRotateSecret DescribeSecret'),
        resources: secrets,
        because: secretsBecause,
      },
      onNamed(['lambda:InvokeFunction'], arnsOf('lambda', 'function:{name}', 'function:{name}:*')),
    ],
  },
  {
    title: 'Keys',
    types: ['AWS::KMS::Key', 'AWS::KMS::Alias'],
    note: 'Replicas in other regions are not among the options.',
    grants: [
      {
        actions: actionsOf('kms', 'CreateKey TagResource ListAliases'),
        resources: ['*'],
        because: 'A key that is being made, with its tags, has no id, and lists cannot be narrowed.',
      },
      {
        actions: actionsOf(
          'kms',
          `DescribeKey DisableKey EnableKey EnableKeyRotation DisableKeyRotation GetKeyPolicy GetKeyRotationStatus
           ListResourceTags PutKeyPolicy ScheduleKeyDeletion UntagResource UpdateKeyDescription`,
        ),
        resources: keys,
        because: 'KMS gives keys random ids, and each key has a policy of its own.',
      },
      {
        actions: actionsOf('kms', 'CreateAlias UpdateAlias DeleteAlias'),
        resources: [...arnsOf('kms', 'alias/{name}', 'alias/{name}/*'), ...keys],
        because: 'An alias has a name and asks for its key, too, which has a random id.',
      },
    ],
  },
  {
    title: 'Use of keys',
    types: [],
    note: 'Encryption of functions, tables, queues, topics, buckets, secrets, log groups and so on by a key of the account.',
    grants: [
      {
        actions: actionsOf('kms', 'CreateGrant RevokeGrant'),
        resources: keys,
        conditions: { Bool: { 'kms:GrantIsForAWSResource': 'true' } },
        because: 'KMS gives keys random ids; services of AWS alone get grants.',
      },
      {
        actions: actionsOf(
          'kms',
          'Decrypt Encrypt GenerateDataKey GenerateDataKeyWithoutPlaintext ReEncryptFrom ReEncryptTo',
        ),
        resources: keys,
        because: 'KMS gives keys random ids, and each key has a policy of its own.',
      },
      onNamed(actionsOf('logs', 'AssociateKmsKey DisassociateKmsKey'), logGroups),
    ],
  },
];
