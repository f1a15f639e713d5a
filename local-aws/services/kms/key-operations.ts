import { randomUUID } from 'node:crypto';
import {
  CancelKeyDeletionCommand,
  CreateKeyCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  DisableKeyRotationCommand,
  EnableKeyCommand,
  EnableKeyRotationCommand,
  GetKeyPolicyCommand,
  GetKeyRotationStatusCommand,
  ListKeysCommand,
  ListResourceTagsCommand,
  PutKeyPolicyCommand,
  ScheduleKeyDeletionCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateKeyDescriptionCommand,
  type CreateKeyCommandInput,
  type KeyMetadata,
} from '@aws-sdk/client-kms';
import { AwsError, NotImplemented } from '../../kernel/errors.ts';
import type { Caller } from '../../kernel/principal.ts';
import { operation, type AnyOperation, type SdkCommandClass } from '../../kernel/service.ts';
import { aliasOperations } from './alias-operations.ts';
import { newMaterial, signingAlgorithms } from './cryptography.ts';
import { keyAction, onKey, type Key, type Keys, type KeySpec } from './store.ts';

const DAY = 24 * 60 * 60 * 1000;

/** Keys, their policies, aliases and tags. */
export function keyOperations(keys: Keys): AnyOperation[] {
  const on = <I extends { KeyId?: string | undefined }, O>(
    command: SdkCommandClass<I, O>,
    action: string,
    accepts: readonly string[],
    act: (key: Key, input: I) => Omit<O, '$metadata'>,
  ): AnyOperation =>
    operation<I, O>({
      command,
      accepts: ['KeyId', ...accepts],
      authorize: keyAction(keys, action),
      handle: async (input, { caller }) => act(keys.get(input.KeyId, caller), input),
    });
  return [
    operation({
      command: CreateKeyCommand,
      accepts: [
        'Policy',
        'Description',
        'KeyUsage',
        'KeySpec',
        'CustomerMasterKeySpec',
        'Tags',
        'Origin',
        'MultiRegion',
        'BypassPolicyLockoutSafetyCheck',
      ],
      authorize: ({ Tags }) =>
        ['kms:CreateKey', ...(Tags === undefined ? [] : ['kms:TagResource'])].map((action) => ({
          action,
          resource: '*',
        })),
      handle: async (input, { caller }) => ({ KeyMetadata: describe(await create(keys, input, caller)) }),
    }),
    on(DescribeKeyCommand, 'DescribeKey', [], (key) => ({ KeyMetadata: describe(key) })),
    on(UpdateKeyDescriptionCommand, 'UpdateKeyDescription', ['Description'], (key, { Description = '' }) => {
      key.description = Description;
      return {};
    }),
    on(EnableKeyCommand, 'EnableKey', [], (key) => {
      key.enabled = true;
      return {};
    }),
    on(DisableKeyCommand, 'DisableKey', [], (key) => {
      key.enabled = false;
      return {};
    }),
    on(ScheduleKeyDeletionCommand, 'ScheduleKeyDeletion', ['PendingWindowInDays'], (key, input) => {
      if (key.deletionDate !== undefined)
        throw new AwsError('KMSInvalidStateException', `${key.arn} is pending deletion.`);
      const days = input.PendingWindowInDays ?? 30;
      if (days < 7 || days > 30) throw new AwsError('ValidationException', 'PendingWindowInDays must be 7 to 30.');
      key.deletionDate = new Date(keys.kernel.clock.now() + days * DAY);
      return {
        KeyId: key.arn,
        DeletionDate: key.deletionDate,
        KeyState: 'PendingDeletion' as const,
        PendingWindowInDays: days,
      };
    }),
    on(CancelKeyDeletionCommand, 'CancelKeyDeletion', [], (key) => {
      key.deletionDate = undefined;
      key.enabled = false;
      return { KeyId: key.arn };
    }),
    on(EnableKeyRotationCommand, 'EnableKeyRotation', ['RotationPeriodInDays'], (key, input) => {
      if (key.material.kind === 'pair')
        throw new AwsError('UnsupportedOperationException', 'Asymmetric keys are not rotated.');
      key.rotation = { enabled: true, days: input.RotationPeriodInDays ?? 365 };
      return {};
    }),
    on(DisableKeyRotationCommand, 'DisableKeyRotation', [], (key) => {
      key.rotation.enabled = false;
      return {};
    }),
    on(GetKeyRotationStatusCommand, 'GetKeyRotationStatus', [], (key) => ({
      KeyId: key.arn,
      KeyRotationEnabled: key.rotation.enabled,
      ...(key.rotation.enabled ? { RotationPeriodInDays: key.rotation.days } : {}),
    })),
    on(GetKeyPolicyCommand, 'GetKeyPolicy', ['PolicyName'], (key) => ({
      Policy: key.policyText,
      PolicyName: 'default',
    })),
    on(
      PutKeyPolicyCommand,
      'PutKeyPolicy',
      ['Policy', 'PolicyName', 'BypassPolicyLockoutSafetyCheck'],
      (key, input) => {
        key.policy = keys.kernel.port.iam.parsePolicy(input.Policy ?? '');
        key.policyText = input.Policy ?? '';
        return {};
      },
    ),
    on(TagResourceCommand, 'TagResource', ['Tags'], (key, { Tags = [] }) => {
      for (const { TagKey = '', TagValue = '' } of Tags) key.tags.set(TagKey, TagValue);
      return {};
    }),
    on(UntagResourceCommand, 'UntagResource', ['TagKeys'], (key, { TagKeys = [] }) => {
      for (const tag of TagKeys) key.tags.delete(tag);
      return {};
    }),
    on(ListResourceTagsCommand, 'ListResourceTags', [], (key) => ({
      Tags: [...key.tags].map(([TagKey, TagValue]) => ({ TagKey, TagValue })),
      Truncated: false,
    })),
    operation({
      command: ListKeysCommand,
      accepts: [],
      authorize: () => ({ action: 'kms:ListKeys', resource: '*' }),
      handle: async (_input, { caller }) => ({
        Keys: keys.of(caller).map(({ id, arn }) => ({ KeyId: id, KeyArn: arn })),
        Truncated: false,
      }),
    }),
    ...aliasOperations(keys),
  ];
}

async function create(keys: Keys, input: CreateKeyCommandInput, { account, region, principal }: Caller): Promise<Key> {
  if (input.MultiRegion === true) throw new NotImplemented('MultiRegion in kms:CreateKey');
  if ((input.Origin ?? 'AWS_KMS') !== 'AWS_KMS')
    throw new NotImplemented(`the key origin ${input.Origin ?? ''} of kms`);
  const spec = specOf(input.KeySpec ?? input.CustomerMasterKeySpec ?? 'SYMMETRIC_DEFAULT');
  const usage = input.KeyUsage ?? 'ENCRYPT_DECRYPT';
  if (usage !== (spec === 'SYMMETRIC_DEFAULT' ? 'ENCRYPT_DECRYPT' : 'SIGN_VERIFY'))
    throw new NotImplemented(`the key usage ${usage} with ${spec} of kms`);
  const policyText = input.Policy ?? defaultPolicy(account);
  const id = randomUUID();
  const key: Key = {
    id,
    arn: `arn:aws:kms:${region}:${account}:key/${id}`,
    account,
    spec,
    usage,
    material: await newMaterial(spec),
    createdAt: keys.kernel.clock.date(),
    description: input.Description ?? '',
    enabled: true,
    deletionDate: undefined,
    rotation: { enabled: false, days: 365 },
    policyText,
    policy: keys.kernel.port.iam.parsePolicy(policyText),
    tags: new Map((input.Tags ?? []).map(({ TagKey = '', TagValue = '' }) => [TagKey, TagValue])),
  };
  if (input.BypassPolicyLockoutSafetyCheck !== true) refuseLockout(keys, key, { account, region, principal });
  keys.add(key);
  return key;
}

/** Who makes a key must be able to change its policy later. @throws AwsError MalformedPolicyDocumentException */
function refuseLockout(keys: Keys, key: Key, caller: Caller): void {
  try {
    keys.kernel.port.iam.authorize(caller, [onKey(key, 'PutKeyPolicy')]);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw new AwsError(
      'MalformedPolicyDocumentException',
      'The new key policy will not allow you to update the key policy in the future.',
    );
  }
}

function specOf(name: string): KeySpec {
  const spec = (['SYMMETRIC_DEFAULT', 'ECC_NIST_P256', 'RSA_2048', 'RSA_3072', 'RSA_4096'] as const).find(
    (known) => known === name,
  );
  if (spec === undefined) throw new NotImplemented(`the key spec ${name} of kms`);
  return spec;
}

function defaultPolicy(account: string): string {
  const Principal = { AWS: `arn:aws:iam::${account}:root` };
  return JSON.stringify({
    Version: '2012-10-17',
    Id: 'key-default-1',
    Statement: [{ Sid: 'Enable IAM User Permissions', Effect: 'Allow', Principal, Action: 'kms:*', Resource: '*' }],
  });
}

function describe(key: Key): KeyMetadata {
  return {
    AWSAccountId: key.account,
    KeyId: key.id,
    Arn: key.arn,
    CreationDate: key.createdAt,
    Enabled: key.enabled && key.deletionDate === undefined,
    Description: key.description,
    KeyUsage: key.usage,
    KeyState: key.deletionDate !== undefined ? 'PendingDeletion' : key.enabled ? 'Enabled' : 'Disabled',
    ...(key.deletionDate === undefined ? {} : { DeletionDate: key.deletionDate }),
    Origin: 'AWS_KMS',
    KeyManager: 'CUSTOMER',
    CustomerMasterKeySpec: key.spec,
    KeySpec: key.spec,
    ...(key.usage === 'SIGN_VERIFY'
      ? { SigningAlgorithms: signingAlgorithms(key.spec) }
      : { EncryptionAlgorithms: ['SYMMETRIC_DEFAULT' as const] }),
    MultiRegion: false,
  };
}
