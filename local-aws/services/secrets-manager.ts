/**
 * Secrets Manager: secrets with versions and stages, deletion after a window, under AWS's own key or one of the account.
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/
 */
import {
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  RestoreSecretCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-secrets-manager';
import { AwsError } from '../kernel/errors.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { operation, type AnyOperation, type Service } from '../kernel/service.ts';
import { unseal } from './secrets-manager/encryption.ts';
import { onSecret, Secrets, type Secret } from './secrets-manager/store.ts';
import { writeOperations } from './secrets-manager/write-operations.ts';

const DAY = 24 * 60 * 60 * 1000;

export function createSecretsManager(kernel: Kernel): { services: Service[] } {
  const secrets = new Secrets(kernel);
  return {
    services: [
      {
        signingName: 'secretsmanager',
        documentation:
          'Secrets, their versions and stages, deletion and restoring. ' +
          'https://docs.aws.amazon.com/secretsmanager/latest/apireference/',
        operations: [...writeOperations(secrets), ...readOperations(secrets), ...lifeOperations(secrets)],
        tagsOf: (arn) => secrets.byArn(arn)?.tags,
      },
    ],
  };
}

function readOperations(secrets: Secrets): AnyOperation[] {
  return [
    operation({
      command: GetSecretValueCommand,
      accepts: ['SecretId', 'VersionId', 'VersionStage'],
      authorize: (input, call) => ({
        ...onSecret(secrets, 'GetSecretValue')(input, call),
        context: { 'secretsmanager:VersionStage': input.VersionStage ?? 'AWSCURRENT' },
      }),
      handle: async (input, { caller }) => {
        const secret = secrets.live(input.SecretId, caller);
        const stage = input.VersionStage ?? (input.VersionId === undefined ? 'AWSCURRENT' : undefined);
        const version = secret.versions.find(
          ({ id, stages }) => (input.VersionId ?? id) === id && (stage === undefined || stages.includes(stage)),
        );
        if (version === undefined)
          throw new AwsError(
            'ResourceNotFoundException',
            `Secrets Manager can't find the specified secret value for ${stage === undefined ? 'VersionId' : `staging label: ${stage}`}`,
          );
        await unseal(secrets.kernel, secret, version, caller);
        return {
          ARN: secret.arn,
          Name: secret.name,
          VersionId: version.id,
          VersionStages: version.stages,
          CreatedDate: version.createdAt,
          ...(version.text === undefined ? {} : { SecretString: version.text }),
          ...(version.bytes === undefined ? {} : { SecretBinary: version.bytes }),
        };
      },
    }),
    operation({
      command: DescribeSecretCommand,
      accepts: ['SecretId'],
      authorize: onSecret(secrets, 'DescribeSecret'),
      handle: async (input, { caller }) => {
        const secret = secrets.get(input.SecretId, caller);
        return {
          ...summary(secret),
          VersionIdsToStages: Object.fromEntries(secret.versions.map(({ id, stages }) => [id, stages])),
        };
      },
    }),
    operation({
      command: ListSecretsCommand,
      accepts: ['IncludePlannedDeletion'],
      authorize: () => ({ action: 'secretsmanager:ListSecrets', resource: '*' }),
      handle: async (input, { caller }) => ({
        SecretList: secrets
          .of(caller)
          .filter(({ deletionDate }) => deletionDate === undefined || input.IncludePlannedDeletion === true)
          .map(summary),
      }),
    }),
  ];
}

function summary(secret: Secret) {
  return {
    ARN: secret.arn,
    Name: secret.name,
    CreatedDate: secret.createdAt,
    LastChangedDate: secret.changedAt,
    Tags: [...secret.tags].map(([Key, Value]) => ({ Key, Value })),
    ...(secret.keyId === undefined ? {} : { KmsKeyId: secret.keyId }),
    ...(secret.description === undefined ? {} : { Description: secret.description }),
    ...(secret.deletionDate === undefined ? {} : { DeletedDate: secret.deletionDate }),
  };
}

function lifeOperations(secrets: Secrets): AnyOperation[] {
  return [
    operation({
      command: DeleteSecretCommand,
      accepts: ['SecretId', 'RecoveryWindowInDays', 'ForceDeleteWithoutRecovery'],
      authorize: onSecret(secrets, 'DeleteSecret'),
      handle: async (input, { caller }) => {
        const secret = secrets.get(input.SecretId, caller);
        const days = input.ForceDeleteWithoutRecovery === true ? 0 : (input.RecoveryWindowInDays ?? 30);
        secret.deletionDate = new Date(secrets.kernel.clock.now() + days * DAY);
        if (days === 0) secrets.remove(secret);
        return { ARN: secret.arn, Name: secret.name, DeletionDate: secret.deletionDate };
      },
    }),
    operation({
      command: RestoreSecretCommand,
      accepts: ['SecretId'],
      authorize: onSecret(secrets, 'RestoreSecret'),
      handle: async (input, { caller }) => {
        const secret = secrets.get(input.SecretId, caller);
        secret.deletionDate = undefined;
        return { ARN: secret.arn, Name: secret.name };
      },
    }),
    operation({
      command: TagResourceCommand,
      accepts: ['SecretId', 'Tags'],
      authorize: onSecret(secrets, 'TagResource'),
      handle: async (input, { caller }) => {
        const { tags } = secrets.get(input.SecretId, caller);
        for (const { Key = '', Value = '' } of input.Tags ?? []) tags.set(Key, Value);
        return {};
      },
    }),
    operation({
      command: UntagResourceCommand,
      accepts: ['SecretId', 'TagKeys'],
      authorize: onSecret(secrets, 'UntagResource'),
      handle: async (input, { caller }) => {
        const { tags } = secrets.get(input.SecretId, caller);
        for (const key of input.TagKeys ?? []) tags.delete(key);
        return {};
      },
    }),
  ];
}
