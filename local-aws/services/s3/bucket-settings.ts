import {
  DeleteBucketLifecycleCommand,
  DeleteBucketPolicyCommand,
  DeleteBucketTaggingCommand,
  DeletePublicAccessBlockCommand,
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketLoggingCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyCommand,
  GetBucketTaggingCommand,
  GetBucketVersioningCommand,
  GetObjectLockConfigurationCommand,
  GetPublicAccessBlockCommand,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketLoggingCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
  PutObjectLockConfigurationCommand,
  PutPublicAccessBlockCommand,
} from '@aws-sdk/client-s3';
import { AwsError, NotImplemented } from '../../kernel/errors.ts';
import type { Call, Operation, SdkCommandClass } from '../../kernel/service.ts';
import { operation, type AnyOperation } from '../../kernel/service.ts';
import { onlyMembers } from '../only-members.ts';
import { bucketAction } from './access.ts';
import type { Bucket, Buckets } from './store.ts';

interface BucketInput {
  readonly Bucket: string | undefined;
  readonly ExpectedBucketOwner?: string | undefined;
}

/** The settings of a bucket. Lifecycle rules and log delivery are kept and shown, and do nothing. */
export function bucketSettings(buckets: Buckets): AnyOperation[] {
  const setting = <I extends BucketInput, O>(
    command: SdkCommandClass<I, O>,
    action: string,
    accepts: readonly string[],
    act: (bucket: Bucket, input: I, call: Call) => Omit<O, '$metadata'>,
  ): AnyOperation => {
    const definition: Operation<I, O> = {
      command,
      // Checksums over small configuration documents are the client's habit; TLS stands for them here.
      accepts: ['Bucket', 'ExpectedBucketOwner', 'ChecksumAlgorithm', 'ContentMD5', ...accepts],
      authorize: bucketAction(buckets, action),
      handle: async (input, call) => act(buckets.get(input, call.caller), input, call),
    };
    return operation(definition);
  };
  return [
    ...policyAndAccess(buckets, setting),
    ...protection(setting),
    setting(
      PutBucketLifecycleConfigurationCommand,
      's3:PutLifecycleConfiguration',
      ['LifecycleConfiguration', 'TransitionDefaultMinimumObjectSize'],
      (bucket, input) => {
        bucket.lifecycle = input.LifecycleConfiguration?.Rules ?? [];
        return {};
      },
    ),
    setting(GetBucketLifecycleConfigurationCommand, 's3:GetLifecycleConfiguration', [], (bucket) => ({
      Rules: bucket.lifecycle ?? none('NoSuchLifecycleConfiguration', 'The lifecycle configuration does not exist'),
    })),
    setting(DeleteBucketLifecycleCommand, 's3:PutLifecycleConfiguration', [], (bucket) => {
      bucket.lifecycle = undefined;
      return {};
    }),
    setting(PutBucketTaggingCommand, 's3:PutBucketTagging', ['Tagging'], (bucket, input) => {
      bucket.tags = new Map((input.Tagging?.TagSet ?? []).map(({ Key = '', Value = '' }) => [Key, Value]));
      return {};
    }),
    setting(GetBucketTaggingCommand, 's3:GetBucketTagging', [], (bucket) => ({
      TagSet:
        bucket.tags.size > 0
          ? [...bucket.tags].map(([Key, Value]) => ({ Key, Value }))
          : none('NoSuchTagSet', 'The TagSet does not exist'),
    })),
    setting(DeleteBucketTaggingCommand, 's3:PutBucketTagging', [], (bucket) => {
      bucket.tags.clear();
      return {};
    }),
    setting(PutBucketLoggingCommand, 's3:PutBucketLogging', ['BucketLoggingStatus'], (bucket, input) => {
      bucket.logging = input.BucketLoggingStatus?.LoggingEnabled;
      return {};
    }),
    setting(GetBucketLoggingCommand, 's3:GetBucketLogging', [], (bucket) => ({ LoggingEnabled: bucket.logging })),
  ];
}

type Setting = <I extends BucketInput, O>(
  command: SdkCommandClass<I, O>,
  action: string,
  accepts: readonly string[],
  act: (bucket: Bucket, input: I, call: Call) => Omit<O, '$metadata'>,
) => AnyOperation;

function policyAndAccess(buckets: Buckets, setting: Setting): AnyOperation[] {
  return [
    setting(PutBucketPolicyCommand, 's3:PutBucketPolicy', ['Policy'], (bucket, input) => {
      const text = input.Policy ?? '';
      bucket.policy = buckets.kernel.port.iam.parsePolicy(text);
      bucket.policyText = text;
      return {};
    }),
    setting(GetBucketPolicyCommand, 's3:GetBucketPolicy', [], (bucket) => ({
      Policy: bucket.policyText ?? none('NoSuchBucketPolicy', 'The bucket policy does not exist'),
    })),
    setting(DeleteBucketPolicyCommand, 's3:DeleteBucketPolicy', [], (bucket) => {
      bucket.policy = undefined;
      bucket.policyText = undefined;
      return {};
    }),
    setting(
      PutPublicAccessBlockCommand,
      's3:PutBucketPublicAccessBlock',
      ['PublicAccessBlockConfiguration'],
      (bucket, input) => {
        bucket.publicAccess = input.PublicAccessBlockConfiguration;
        return {};
      },
    ),
    setting(GetPublicAccessBlockCommand, 's3:GetBucketPublicAccessBlock', [], (bucket) => ({
      PublicAccessBlockConfiguration:
        bucket.publicAccess ??
        none('NoSuchPublicAccessBlockConfiguration', 'The public access block configuration was not found'),
    })),
    setting(DeletePublicAccessBlockCommand, 's3:PutBucketPublicAccessBlock', [], (bucket) => {
      bucket.publicAccess = undefined;
      return {};
    }),
    setting(
      PutBucketOwnershipControlsCommand,
      's3:PutBucketOwnershipControls',
      ['OwnershipControls'],
      (bucket, input) => {
        bucket.ownership = input.OwnershipControls;
        return {};
      },
    ),
    setting(GetBucketOwnershipControlsCommand, 's3:GetBucketOwnershipControls', [], (bucket) => ({
      OwnershipControls:
        bucket.ownership ?? none('OwnershipControlsNotFoundError', 'The bucket ownership controls were not found'),
    })),
  ];
}

function protection(setting: Setting): AnyOperation[] {
  return [
    setting(PutBucketVersioningCommand, 's3:PutBucketVersioning', ['VersioningConfiguration'], (bucket, input) => {
      onlyMembers(input.VersioningConfiguration, ['Status'], 'VersioningConfiguration');
      const status = input.VersioningConfiguration?.Status;
      if (bucket.objectLock !== undefined && status !== 'Enabled')
        throw new AwsError(
          'InvalidBucketState',
          'An Object Lock configuration is present on this bucket, so the versioning state cannot be changed.',
          409,
        );
      bucket.versioning = status;
      return {};
    }),
    setting(GetBucketVersioningCommand, 's3:GetBucketVersioning', [], (bucket) => ({ Status: bucket.versioning })),
    setting(
      PutBucketEncryptionCommand,
      's3:PutEncryptionConfiguration',
      ['ServerSideEncryptionConfiguration'],
      (bucket, input) => {
        for (const rule of input.ServerSideEncryptionConfiguration?.Rules ?? []) {
          onlyMembers(rule, ['ApplyServerSideEncryptionByDefault', 'BucketKeyEnabled'], 'an encryption rule');
          if (rule.ApplyServerSideEncryptionByDefault?.SSEAlgorithm === 'aws:kms:dsse')
            throw new NotImplemented('aws:kms:dsse in s3:PutBucketEncryption');
        }
        bucket.encryption = input.ServerSideEncryptionConfiguration?.Rules ?? [];
        return {};
      },
    ),
    setting(GetBucketEncryptionCommand, 's3:GetEncryptionConfiguration', [], (bucket) => ({
      ServerSideEncryptionConfiguration: { Rules: bucket.encryption },
    })),
    setting(
      PutObjectLockConfigurationCommand,
      's3:PutBucketObjectLockConfiguration',
      ['ObjectLockConfiguration'],
      (bucket, input) => {
        if (bucket.versioning !== 'Enabled')
          throw new AwsError(
            'InvalidBucketState',
            'Versioning must be Enabled on the bucket to apply Object Lock.',
            409,
          );
        onlyMembers(input.ObjectLockConfiguration, ['ObjectLockEnabled', 'Rule'], 'ObjectLockConfiguration');
        const { DefaultRetention: kept } = input.ObjectLockConfiguration?.Rule ?? {};
        // A period in days or in years, never in both.
        if (kept !== undefined && (kept.Mode === undefined || (kept.Days === undefined) === (kept.Years === undefined)))
          throw new AwsError(
            'MalformedXML',
            'The XML you provided was not well-formed or did not validate against our published schema',
          );
        bucket.objectLock = { ...input.ObjectLockConfiguration, ObjectLockEnabled: 'Enabled' };
        return {};
      },
    ),
    setting(GetObjectLockConfigurationCommand, 's3:GetBucketObjectLockConfiguration', [], (bucket) => ({
      ObjectLockConfiguration:
        bucket.objectLock ??
        none('ObjectLockConfigurationNotFoundError', 'Object Lock configuration does not exist for this bucket'),
    })),
  ];
}

function none(code: string, message: string): never {
  throw new AwsError(code, message, 404);
}
