/**
 * AWS::S3::Bucket and AWS::S3::BucketPolicy.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_S3.html
 */
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteBucketLifecycleCommand,
  DeleteBucketPolicyCommand,
  GetBucketPolicyCommand,
  DeleteBucketTaggingCommand,
  DeletePublicAccessBlockCommand,
  GetObjectLockConfigurationCommand,
  HeadBucketCommand,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketLoggingCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
  PutObjectLockConfigurationCommand,
  PutPublicAccessBlockCommand,
} from '@aws-sdk/client-s3';
import * as z from 'zod';
import type { ResourceContext, ResourceProvider, ResourceState } from '../provider.ts';
import { ifThere, unlessGone } from './gone.ts';
import { refuseTaken } from './taken.ts';
import { toLifecycleRule, lifecycleRule } from './s3-lifecycle.ts';
import { notificationConfiguration, toNotificationConfiguration } from './s3-notifications.ts';
import { count, differ, flag, policyDocument, readProperties, tagList } from './shapes.ts';

const bucketSchema = z.strictObject({
  BucketName: z.string().optional(),
  VersioningConfiguration: z.strictObject({ Status: z.enum(['Enabled', 'Suspended']) }).optional(),
  BucketEncryption: z
    .strictObject({
      ServerSideEncryptionConfiguration: z.array(
        z.strictObject({
          BucketKeyEnabled: flag.optional(),
          ServerSideEncryptionByDefault: z
            .strictObject({ SSEAlgorithm: z.enum(['AES256', 'aws:kms']), KMSMasterKeyID: z.string().optional() })
            .optional(),
        }),
      ),
    })
    .optional(),
  PublicAccessBlockConfiguration: z
    .strictObject({
      BlockPublicAcls: flag.optional(),
      BlockPublicPolicy: flag.optional(),
      IgnorePublicAcls: flag.optional(),
      RestrictPublicBuckets: flag.optional(),
    })
    .optional(),
  OwnershipControls: z
    .strictObject({
      Rules: z.array(
        z.strictObject({
          ObjectOwnership: z.enum(['BucketOwnerEnforced', 'BucketOwnerPreferred', 'ObjectWriter']),
        }),
      ),
    })
    .optional(),
  NotificationConfiguration: notificationConfiguration.optional(),
  LifecycleConfiguration: z.strictObject({ Rules: z.array(lifecycleRule) }).optional(),
  ObjectLockEnabled: flag.optional(),
  ObjectLockConfiguration: z
    .strictObject({
      ObjectLockEnabled: z.literal('Enabled').optional(),
      Rule: z
        .strictObject({
          DefaultRetention: z.strictObject({
            Mode: z.enum(['COMPLIANCE', 'GOVERNANCE']),
            Days: count.optional(),
            Years: count.optional(),
          }),
        })
        .optional(),
    })
    .optional(),
  LoggingConfiguration: z
    .strictObject({ DestinationBucketName: z.string().optional(), LogFilePrefix: z.string().default('') })
    .optional(),
  Tags: tagList.optional(),
});
type BucketProperties = z.infer<typeof bucketSchema>;

const BUCKET = 'AWS::S3::Bucket';
const bucket: ResourceProvider = {
  type: BUCKET,
  properties: Object.keys(bucketSchema.shape),
  createOnly: ['BucketName', 'ObjectLockEnabled'],
  attributes: ['Arn', 'DomainName', 'RegionalDomainName'],
  create: async (properties, context) => {
    const wanted = readProperties(BUCKET, bucketSchema, properties);
    const name = wanted.BucketName ?? context.name(63, { lower: true });
    await context.kernel.send(
      context.caller,
      new CreateBucketCommand({
        Bucket: name,
        ObjectLockEnabledForBucket: wanted.ObjectLockEnabled === true ? true : undefined,
        ...regionConstraint(context.region),
      }),
    );
    try {
      await configure(name, wanted, {}, context);
    } catch (error) {
      // What was half made has no physical id yet by which the stack could remove it.
      await context.kernel.send(context.caller, new DeleteBucketCommand({ Bucket: name }));
      throw error;
    }
    return bucketState(name, context);
  },
  update: async (name, properties, previous, context) => {
    const wanted = readProperties(BUCKET, bucketSchema, properties);
    await configure(name, wanted, readProperties(BUCKET, bucketSchema, previous), context);
    return bucketState(name, context);
  },
  delete: async (name, _properties, { kernel, caller }) =>
    unlessGone(kernel.send(caller, new DeleteBucketCommand({ Bucket: name })), 'NoSuchBucket'),
  importing: { identifier: 'BucketName', read: readBucket },
};

/** What only a replacement could change; all else is written again when the bucket is imported. */
async function readBucket(
  Bucket: string,
  { kernel, caller }: Pick<ResourceContext, 'kernel' | 'caller'>,
): Promise<BucketProperties | undefined> {
  const missing = ['NoSuchBucket', 'NotFound'];
  const found = await ifThere(kernel.send(caller, new HeadBucketCommand({ Bucket })), ...missing);
  if (found === undefined) return undefined;
  const locked = await ifThere(
    kernel.send(caller, new GetObjectLockConfigurationCommand({ Bucket })),
    'ObjectLockConfigurationNotFoundError',
  );
  return { BucketName: Bucket, ...(locked === undefined ? {} : { ObjectLockEnabled: true }) };
}

function regionConstraint(
  region: string,
): Pick<ConstructorParameters<typeof CreateBucketCommand>[0], 'CreateBucketConfiguration'> {
  return isOtherRegion(region) ? { CreateBucketConfiguration: { LocationConstraint: region } } : {};
}

type Constraint = NonNullable<
  NonNullable<ConstructorParameters<typeof CreateBucketCommand>[0]['CreateBucketConfiguration']>['LocationConstraint']
>;
function isOtherRegion(region: string): region is Constraint {
  return region !== 'us-east-1';
}

function bucketState(name: string, { region }: ResourceContext): ResourceState {
  return {
    physicalId: name,
    attributes: {
      Arn: `arn:aws:s3:::${name}`,
      DomainName: `${name}.s3.amazonaws.com`,
      RegionalDomainName: `${name}.s3.${region}.amazonaws.com`,
    },
  };
}

/** Brings a bucket's settings from what they were to what is wanted. */
async function configure(
  Bucket: string,
  wanted: BucketProperties,
  was: BucketProperties,
  context: ResourceContext,
): Promise<void> {
  await configureProtection(Bucket, wanted, was, context);
  await configureAccess(Bucket, wanted, was, context);
  const { kernel, caller } = context;
  if (differ(wanted.NotificationConfiguration, was.NotificationConfiguration))
    await kernel.send(
      caller,
      new PutBucketNotificationConfigurationCommand({
        Bucket,
        NotificationConfiguration: toNotificationConfiguration(wanted.NotificationConfiguration),
      }),
    );
  if (differ(wanted.LifecycleConfiguration, was.LifecycleConfiguration)) {
    const Rules = wanted.LifecycleConfiguration?.Rules.map(toLifecycleRule);
    if (Rules === undefined) await kernel.send(caller, new DeleteBucketLifecycleCommand({ Bucket }));
    else
      await kernel.send(
        caller,
        new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules } }),
      );
  }
  if (differ(wanted.LoggingConfiguration, was.LoggingConfiguration)) {
    const logging = wanted.LoggingConfiguration;
    const LoggingEnabled =
      logging === undefined
        ? undefined
        : { TargetBucket: logging.DestinationBucketName ?? Bucket, TargetPrefix: logging.LogFilePrefix };
    await kernel.send(
      caller,
      new PutBucketLoggingCommand({ Bucket, BucketLoggingStatus: LoggingEnabled ? { LoggingEnabled } : {} }),
    );
  }
  if (differ(wanted.Tags, was.Tags)) {
    const TagSet = wanted.Tags;
    if (TagSet === undefined) await kernel.send(caller, new DeleteBucketTaggingCommand({ Bucket }));
    else await kernel.send(caller, new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } }));
  }
}

async function configureProtection(
  Bucket: string,
  wanted: BucketProperties,
  was: BucketProperties,
  { kernel, caller }: ResourceContext,
): Promise<void> {
  if (differ(wanted.VersioningConfiguration, was.VersioningConfiguration))
    await kernel.send(
      caller,
      new PutBucketVersioningCommand({
        Bucket,
        VersioningConfiguration: wanted.VersioningConfiguration ?? { Status: 'Suspended' },
      }),
    );
  if (differ(wanted.BucketEncryption, was.BucketEncryption)) {
    const rules = wanted.BucketEncryption?.ServerSideEncryptionConfiguration ?? [
      { ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' as const } },
    ];
    const Rules = rules.map(({ BucketKeyEnabled, ServerSideEncryptionByDefault }) => ({
      BucketKeyEnabled,
      ApplyServerSideEncryptionByDefault: ServerSideEncryptionByDefault,
    }));
    await kernel.send(caller, new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: { Rules } }));
  }
  if (wanted.ObjectLockConfiguration && differ(wanted.ObjectLockConfiguration, was.ObjectLockConfiguration))
    await kernel.send(
      caller,
      new PutObjectLockConfigurationCommand({ Bucket, ObjectLockConfiguration: wanted.ObjectLockConfiguration }),
    );
}

async function configureAccess(
  Bucket: string,
  wanted: BucketProperties,
  was: BucketProperties,
  { kernel, caller }: ResourceContext,
): Promise<void> {
  if (differ(wanted.PublicAccessBlockConfiguration, was.PublicAccessBlockConfiguration)) {
    const PublicAccessBlockConfiguration = wanted.PublicAccessBlockConfiguration;
    if (PublicAccessBlockConfiguration === undefined)
      await kernel.send(caller, new DeletePublicAccessBlockCommand({ Bucket }));
    else await kernel.send(caller, new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration }));
  }
  if (differ(wanted.OwnershipControls, was.OwnershipControls)) {
    const OwnershipControls = wanted.OwnershipControls ?? {
      Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' as const }],
    };
    await kernel.send(caller, new PutBucketOwnershipControlsCommand({ Bucket, OwnershipControls }));
  }
}

const policySchema = z.strictObject({ Bucket: z.string(), PolicyDocument: policyDocument });
const POLICY = 'AWS::S3::BucketPolicy';

async function putPolicy(properties: Readonly<Record<string, unknown>>, { kernel, caller }: ResourceContext) {
  const { Bucket, PolicyDocument } = readProperties(POLICY, policySchema, properties);
  await kernel.send(caller, new PutBucketPolicyCommand({ Bucket, Policy: PolicyDocument }));
  return { physicalId: Bucket, attributes: {} };
}

const bucketPolicy: ResourceProvider = {
  type: POLICY,
  properties: Object.keys(policySchema.shape),
  createOnly: ['Bucket'],
  attributes: [],
  create: async (properties, context) => {
    const { Bucket } = readProperties(POLICY, policySchema, properties);
    const there = context.kernel.send(context.caller, new GetBucketPolicyCommand({ Bucket }));
    await refuseTaken(POLICY, Bucket, there, 'NoSuchBucketPolicy');
    return putPolicy(properties, context);
  },
  update: async (_name, properties, _previous, context) => putPolicy(properties, context),
  delete: async (name, _properties, { kernel, caller }) =>
    unlessGone(kernel.send(caller, new DeleteBucketPolicyCommand({ Bucket: name })), 'NoSuchBucket'),
};

export const s3Resources: ResourceProvider[] = [bucket, bucketPolicy];
