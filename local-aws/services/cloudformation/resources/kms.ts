/**
 * AWS::KMS::Key and AWS::KMS::Alias.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_KMS.html
 */
import {
  CreateAliasCommand,
  CreateKeyCommand,
  DeleteAliasCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  DisableKeyRotationCommand,
  EnableKeyCommand,
  EnableKeyRotationCommand,
  PutKeyPolicyCommand,
  ScheduleKeyDeletionCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateAliasCommand,
  UpdateKeyDescriptionCommand,
} from '@aws-sdk/client-kms';
import * as z from 'zod';
import { AwsError } from '../../../kernel/errors.ts';
import type { ResourceContext, ResourceProvider, ResourceState } from '../provider.ts';
import { unlessGone } from './gone.ts';
import { count, differ, flag, policyDocument, readProperties, tagList } from './shapes.ts';

const keySchema = z.strictObject({
  Description: z.string().optional(),
  Enabled: flag.default(true),
  EnableKeyRotation: flag.default(false),
  RotationPeriodInDays: count.optional(),
  KeyPolicy: policyDocument.optional(),
  KeySpec: z.enum(['SYMMETRIC_DEFAULT', 'ECC_NIST_P256', 'RSA_2048', 'RSA_3072', 'RSA_4096']).optional(),
  KeyUsage: z.enum(['ENCRYPT_DECRYPT', 'SIGN_VERIFY']).optional(),
  PendingWindowInDays: count.optional(),
  BypassPolicyLockoutSafetyCheck: flag.optional(),
  Tags: tagList.optional(),
});
type KeyProperties = z.infer<typeof keySchema>;
const KEY = 'AWS::KMS::Key';

const key: ResourceProvider = {
  type: KEY,
  properties: Object.keys(keySchema.shape),
  createOnly: [],
  attributes: ['Arn', 'KeyId'],
  create: async (properties, context) => {
    const wanted = readProperties(KEY, keySchema, properties);
    const { KeyMetadata } = await context.kernel.send(
      context.caller,
      new CreateKeyCommand({
        Description: wanted.Description,
        KeySpec: wanted.KeySpec,
        KeyUsage: wanted.KeyUsage,
        Policy: wanted.KeyPolicy,
        BypassPolicyLockoutSafetyCheck: wanted.BypassPolicyLockoutSafetyCheck,
        Tags: wanted.Tags && keyTags(wanted.Tags),
      }),
    );
    const KeyId = KeyMetadata?.KeyId ?? '';
    await change(KeyId, wanted, { Enabled: true, EnableKeyRotation: false }, context);
    return state(KeyId, context);
  },
  update: async (KeyId, properties, previous, context) => {
    const { kernel, caller } = context;
    const wanted = readProperties(KEY, keySchema, properties);
    const was = readProperties(KEY, keySchema, previous);
    await refuseOtherKind(KeyId, wanted, was, context);
    if (wanted.KeyPolicy !== undefined && wanted.KeyPolicy !== was.KeyPolicy)
      await kernel.send(caller, new PutKeyPolicyCommand({ KeyId, Policy: wanted.KeyPolicy }));
    if (wanted.Description !== was.Description)
      await kernel.send(caller, new UpdateKeyDescriptionCommand({ KeyId, Description: wanted.Description ?? '' }));
    if (differ(wanted.Tags, was.Tags)) {
      const TagKeys = (was.Tags ?? []).map(({ Key }) => Key);
      if (TagKeys.length > 0) await kernel.send(caller, new UntagResourceCommand({ KeyId, TagKeys }));
      const Tags = keyTags(wanted.Tags ?? []);
      if (Tags.length > 0) await kernel.send(caller, new TagResourceCommand({ KeyId, Tags }));
    }
    await change(KeyId, wanted, was, context);
    return state(KeyId, context);
  },
  delete: async (KeyId, properties, { kernel, caller }) => {
    const { PendingWindowInDays } = readProperties(KEY, keySchema, properties);
    await unlessGone(
      kernel.send(caller, new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays })),
      'NotFoundException',
      'KMSInvalidStateException',
    );
  },
};

/** AWS replaces no key because it is to be of another kind: the update fails. A rollback finds it as it was. */
async function refuseOtherKind(
  KeyId: string,
  wanted: KeyProperties,
  was: KeyProperties,
  { kernel, caller }: ResourceContext,
): Promise<void> {
  const changed = (['KeySpec', 'KeyUsage'] as const).filter((name) => wanted[name] !== was[name]);
  if (changed.length === 0) return;
  const { KeyMetadata } = await kernel.send(caller, new DescribeKeyCommand({ KeyId }));
  const other = changed.find((name) => (wanted[name] ?? DEFAULTS[name]) !== KeyMetadata?.[name]);
  if (other !== undefined) throw new AwsError('NotUpdatable', `The ${other} of a key cannot be changed.`);
}

const DEFAULTS = { KeySpec: 'SYMMETRIC_DEFAULT', KeyUsage: 'ENCRYPT_DECRYPT' } as const;

async function change(
  KeyId: string,
  wanted: KeyProperties,
  was: KeyProperties,
  { kernel, caller }: ResourceContext,
): Promise<void> {
  const { RotationPeriodInDays } = wanted;
  const rotates = differ(
    [wanted.EnableKeyRotation, RotationPeriodInDays],
    [was.EnableKeyRotation, was.RotationPeriodInDays],
  );
  if (rotates && wanted.EnableKeyRotation)
    await kernel.send(caller, new EnableKeyRotationCommand({ KeyId, RotationPeriodInDays }));
  if (rotates && !wanted.EnableKeyRotation) await kernel.send(caller, new DisableKeyRotationCommand({ KeyId }));
  if (wanted.Enabled === was.Enabled) return;
  if (wanted.Enabled) await kernel.send(caller, new EnableKeyCommand({ KeyId }));
  else await kernel.send(caller, new DisableKeyCommand({ KeyId }));
}

function keyTags(tags: z.infer<typeof tagList>) {
  return tags.map(({ Key, Value }) => ({ TagKey: Key, TagValue: Value }));
}

function state(KeyId: string, { account, region }: ResourceContext): ResourceState {
  return { physicalId: KeyId, attributes: { Arn: `arn:aws:kms:${region}:${account}:key/${KeyId}`, KeyId } };
}

const aliasSchema = z.strictObject({ AliasName: z.string(), TargetKeyId: z.string() });
const ALIAS = 'AWS::KMS::Alias';
const alias: ResourceProvider = {
  type: ALIAS,
  properties: Object.keys(aliasSchema.shape),
  createOnly: ['AliasName'],
  attributes: [],
  create: async (properties, { kernel, caller }) => {
    const wanted = readProperties(ALIAS, aliasSchema, properties);
    await kernel.send(caller, new CreateAliasCommand(wanted));
    return { physicalId: wanted.AliasName, attributes: {} };
  },
  update: async (name, properties, _previous, { kernel, caller }) => {
    await kernel.send(caller, new UpdateAliasCommand(readProperties(ALIAS, aliasSchema, properties)));
    return { physicalId: name, attributes: {} };
  },
  delete: async (AliasName, _properties, { kernel, caller }) =>
    unlessGone(kernel.send(caller, new DeleteAliasCommand({ AliasName })), 'NotFoundException'),
};

export const kmsResources: ResourceProvider[] = [key, alias];
