import { randomBytes } from 'node:crypto';
import { CreateSecretCommand, PutSecretValueCommand, UpdateSecretCommand } from '@aws-sdk/client-secrets-manager';
import { AwsError, NotImplemented } from '../../kernel/errors.ts';
import { operation, type AnyOperation } from '../../kernel/service.ts';
import { addEncrypted } from './encryption.ts';
import { onSecret, type Secret, type Secrets } from './store.ts';

/** CreateSecret, PutSecretValue, UpdateSecret. */
export function writeOperations(secrets: Secrets): AnyOperation[] {
  const { kernel } = secrets;
  return [
    operation({
      command: CreateSecretCommand,
      accepts: ['Name', 'ClientRequestToken', 'Description', 'KmsKeyId', 'SecretString', 'SecretBinary', 'Tags'],
      authorize: (input, { caller }) =>
        ['CreateSecret', ...(input.Tags === undefined ? [] : ['TagResource'])].map((action) => ({
          action: `secretsmanager:${action}`,
          resource: `arn:aws:secretsmanager:${caller.region}:${caller.account}:secret:${input.Name ?? ''}`,
          context: { 'secretsmanager:Name': input.Name ?? '' },
        })),
      handle: async (input, { caller }) => {
        const name = input.Name ?? '';
        const taken = secrets.find(name, caller);
        if (taken?.deletionDate !== undefined)
          throw new AwsError(
            'InvalidRequestException',
            "You can't create this secret because a secret with this name is already scheduled for deletion.",
          );
        if (taken !== undefined)
          throw new AwsError(
            'ResourceExistsException',
            `The operation failed because the secret ${name} already exists.`,
          );
        const now = kernel.clock.date();
        const secret: Secret = {
          name,
          arn: `arn:aws:secretsmanager:${caller.region}:${caller.account}:secret:${name}-${randomEnd()}`,
          createdAt: now,
          changedAt: now,
          description: input.Description,
          keyId: ownKey(input.KmsKeyId),
          deletionDate: undefined,
          versions: [],
          tags: new Map((input.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value])),
        };
        const empty = input.SecretString === undefined && input.SecretBinary === undefined;
        const version = empty ? undefined : await addEncrypted(kernel, secret, input, caller);
        secrets.add(secret);
        return { ARN: secret.arn, Name: name, ...(version === undefined ? {} : { VersionId: version.id }) };
      },
    }),
    operation({
      command: PutSecretValueCommand,
      accepts: ['SecretId', 'ClientRequestToken', 'SecretString', 'SecretBinary', 'VersionStages'],
      authorize: onSecret(secrets, 'PutSecretValue'),
      handle: async (input, { caller }) => {
        const secret = secrets.live(input.SecretId, caller);
        const version = await addEncrypted(kernel, secret, input, caller, input.VersionStages);
        return { ARN: secret.arn, Name: secret.name, VersionId: version.id, VersionStages: version.stages };
      },
    }),
    operation({
      command: UpdateSecretCommand,
      accepts: ['SecretId', 'ClientRequestToken', 'Description', 'KmsKeyId', 'SecretString', 'SecretBinary'],
      authorize: onSecret(secrets, 'UpdateSecret'),
      handle: async (input, { caller }) => {
        const secret = secrets.live(input.SecretId, caller);
        // AWS encrypts the labelled versions again.
        if (input.KmsKeyId !== undefined && ownKey(input.KmsKeyId) !== secret.keyId)
          throw new NotImplemented('to change the KmsKeyId of a secret of secretsmanager');
        if (input.Description !== undefined) secret.description = input.Description;
        const empty = input.SecretString === undefined && input.SecretBinary === undefined;
        const version = empty ? undefined : await addEncrypted(kernel, secret, input, caller);
        return { ARN: secret.arn, Name: secret.name, ...(version === undefined ? {} : { VersionId: version.id }) };
      },
    }),
  ];
}

function randomEnd(): string {
  return randomBytes(12)
    .toString('base64')
    .replace(/[^a-zA-Z0-9]/g, 'x')
    .slice(0, 6);
}

function ownKey(keyId: string | undefined): string | undefined {
  return keyId?.endsWith('alias/aws/secretsmanager') === true ? undefined : keyId;
}
