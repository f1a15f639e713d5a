import {
  CreateBucketCommand,
  DeleteBucketCommand,
  GetBucketLocationCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  type BucketLocationConstraint,
  type CreateBucketCommandInput,
} from '@aws-sdk/client-s3';
import { AwsError } from '../../kernel/errors.ts';
import type { Caller } from '../../kernel/principal.ts';
import { operation, type AnyOperation } from '../../kernel/service.ts';
import { onlyMembers } from '../only-members.ts';
import { bucketAction } from './access.ts';
import type { Bucket, Buckets } from './store.ts';

/** CreateBucket, HeadBucket, DeleteBucket, ListBuckets, GetBucketLocation. */
export function bucketOperations(buckets: Buckets): AnyOperation[] {
  return [
    operation({
      command: CreateBucketCommand,
      accepts: ['Bucket', 'CreateBucketConfiguration', 'ObjectLockEnabledForBucket', 'ObjectOwnership'],
      authorize: ({ Bucket }, { caller }) => ({
        action: 's3:CreateBucket',
        resource: `arn:aws:s3:::${Bucket ?? ''}`,
        resourceAccount: caller.account,
      }),
      handle: async (input, { caller }) => {
        const bucket = createBucket(buckets, input, caller);
        return { Location: `/${bucket.name}` };
      },
    }),
    operation({
      command: HeadBucketCommand,
      accepts: ['Bucket', 'ExpectedBucketOwner'],
      authorize: (input, call) => {
        // A HEAD has no body to carry a code: a missing bucket is a bare 404.
        if (buckets.find(input.Bucket) === undefined) throw new AwsError('NotFound', 'Not Found', 404);
        return bucketAction(buckets, 's3:ListBucket')(input, call);
      },
      handle: async (input, { caller }) => ({ BucketRegion: buckets.get(input, caller).region }),
    }),
    operation({
      command: DeleteBucketCommand,
      accepts: ['Bucket', 'ExpectedBucketOwner'],
      authorize: bucketAction(buckets, 's3:DeleteBucket'),
      handle: async (input, { caller }) => {
        const bucket = buckets.get(input, caller);
        if (bucket.objects.size > 0)
          throw new AwsError(
            'BucketNotEmpty',
            bucket.versioning === undefined
              ? 'The bucket you tried to delete is not empty'
              : 'The bucket you tried to delete is not empty. You must delete all versions in the bucket.',
            409,
            { BucketName: bucket.name },
          );
        buckets.delete(bucket.name);
        return {};
      },
    }),
    operation({
      command: ListBucketsCommand,
      accepts: ['Prefix', 'BucketRegion'],
      authorize: () => ({ action: 's3:ListAllMyBuckets', resource: '*' }),
      handle: async ({ Prefix = '', BucketRegion }, { caller }) => ({
        Buckets: buckets
          .ofAccount(caller.account)
          .filter(({ name, region }) => name.startsWith(Prefix) && (BucketRegion ?? region) === region)
          .sort((left, right) => (left.name < right.name ? -1 : 1))
          .map(({ name, createdAt, region }) => ({ Name: name, CreationDate: createdAt, BucketRegion: region })),
        Owner: { ID: caller.account },
      }),
    }),
    operation({
      command: GetBucketLocationCommand,
      accepts: ['Bucket', 'ExpectedBucketOwner'],
      authorize: bucketAction(buckets, 's3:GetBucketLocation'),
      handle: async (input, { caller }) => {
        const { region } = buckets.get(input, caller);
        // us-east-1 is told by an empty answer.
        return isConstraint(region) ? { LocationConstraint: region } : {};
      },
    }),
  ];
}

function isConstraint(region: string): region is BucketLocationConstraint {
  return region !== 'us-east-1';
}

function createBucket(buckets: Buckets, input: CreateBucketCommandInput, caller: Caller): Bucket {
  const name = input.Bucket ?? '';
  onlyMembers(input.CreateBucketConfiguration, ['LocationConstraint', 'Tags'], 'CreateBucketConfiguration');
  const region = input.CreateBucketConfiguration?.LocationConstraint ?? 'us-east-1';
  if (region !== caller.region)
    throw new AwsError(
      'IllegalLocationConstraintException',
      `The ${region === 'us-east-1' ? 'unspecified' : region} location constraint is incompatible for the region specific endpoint this request was sent to.`,
    );
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name))
    throw new AwsError('InvalidBucketName', 'The specified bucket is not valid.', 400, { BucketName: name });
  const taken = buckets.find(name);
  if (taken !== undefined)
    throw taken.account === caller.account
      ? new AwsError(
          'BucketAlreadyOwnedByYou',
          'Your previous request to create the named bucket succeeded and you already own it.',
          409,
          { BucketName: name },
        )
      : new AwsError(
          'BucketAlreadyExists',
          'The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.',
          409,
          { BucketName: name },
        );
  const locked = input.ObjectLockEnabledForBucket === true;
  const bucket: Bucket = {
    name,
    account: caller.account,
    region,
    createdAt: buckets.kernel.clock.date(),
    versioning: locked ? 'Enabled' : undefined,
    encryption: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' }, BucketKeyEnabled: false }],
    policyText: undefined,
    policy: undefined,
    publicAccess: {
      BlockPublicAcls: true,
      IgnorePublicAcls: true,
      BlockPublicPolicy: true,
      RestrictPublicBuckets: true,
    },
    eventBridge: false,
    destinations: [],
    lifecycle: undefined,
    ownership: { Rules: [{ ObjectOwnership: input.ObjectOwnership ?? 'BucketOwnerEnforced' }] },
    tags: new Map((input.CreateBucketConfiguration?.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value])),
    logging: undefined,
    objectLock: locked ? { ObjectLockEnabled: 'Enabled' } : undefined,
    objects: new Map(),
    uploads: new Map(),
  };
  buckets.add(bucket);
  return bucket;
}
