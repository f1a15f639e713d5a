import { RemovalPolicy } from 'aws-cdk-lib';
import { CfnBucket, CfnBucketPolicy, type CfnBucketProps } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';

export interface PrivateBucketProps {
  readonly name: string;
  /** Days until a version that was replaced or deleted is removed permanently. */
  readonly keepOldVersionsDays: number;
  /** Whether S3 sends EventBridge an event for each new object. */
  readonly tellsEventBridge?: boolean;
  /** A prefix under which nothing is kept: objects go a day after they were put there, with all their versions. */
  readonly emptiesDaily?: string;
  /** Days for which each object is locked against being deleted or replaced; not at all where it is left out. */
  readonly lockedDays?: number;
  /** What its policy refuses besides plain text. */
  readonly refuses?: (bucketArn: string) => readonly object[];
}

/** S3 takes a bucket policy of so many bytes. */
const LONGEST_BUCKET_POLICY = 20_480;
/** At most so many of them are the statement that every bucket has. */
const PLAIN_TEXT_BYTES = 400;

/** A bucket that is versioned, encrypted, closed to the public, reached by TLS only, and kept when its stack is deleted. */
export class PrivateBucket extends Construct {
  readonly arn: string;
  readonly name: string;
  readonly resource: CfnBucket;

  constructor(
    scope: Construct,
    id: string,
    {
      name,
      keepOldVersionsDays,
      tellsEventBridge = false,
      emptiesDaily,
      lockedDays,
      refuses = () => [],
    }: PrivateBucketProps,
  ) {
    super(scope, id);
    const bucket = new CfnBucket(this, 'Bucket', {
      bucketName: name,
      versioningConfiguration: { status: 'Enabled' },
      bucketEncryption: {
        serverSideEncryptionConfiguration: [{ serverSideEncryptionByDefault: { sseAlgorithm: 'AES256' } }],
      },
      publicAccessBlockConfiguration: {
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      },
      ownershipControls: { rules: [{ objectOwnership: 'BucketOwnerEnforced' }] },
      lifecycleConfiguration: {
        rules: [
          {
            id: 'old-versions',
            status: 'Enabled',
            noncurrentVersionExpiration: { noncurrentDays: keepOldVersionsDays },
            abortIncompleteMultipartUpload: { daysAfterInitiation: 1 },
          },
          ...(emptiesDaily === undefined ? [] : emptyDaily(emptiesDaily)),
        ],
      },
      ...(lockedDays === undefined ? {} : locked(lockedDays)),
      // Set here and not by eventBridgeEnabled, which adds a custom resource with a function of its own.
      ...(tellsEventBridge
        ? { notificationConfiguration: { eventBridgeConfiguration: { eventBridgeEnabled: true } } }
        : {}),
    });
    bucket.applyRemovalPolicy(RemovalPolicy.RETAIN);
    this.resource = bucket;
    this.name = bucket.ref;
    this.arn = `arn:aws:s3:::${name}`;
    this.addPolicy(bucket, refuses(this.arn));
  }

  private addPolicy(bucket: CfnBucket, refused: readonly object[]): void {
    const bytes = Buffer.byteLength(JSON.stringify(refused)) + PLAIN_TEXT_BYTES;
    if (bytes > LONGEST_BUCKET_POLICY) {
      const sentence = `The policy of the bucket ${this.arn} would have ${bytes} bytes, and S3 takes ${LONGEST_BUCKET_POLICY}`;
      throw new Error(`${sentence}: list fewer "uploaders", or join services with the same ones in one pattern.`);
    }
    new CfnBucketPolicy(this, 'Policy', {
      bucket: bucket.ref,
      policyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Sid: 'TlsOnly',
            Effect: 'Deny',
            Principal: '*',
            Action: 's3:*',
            Resource: [bucket.attrArn, `${bucket.attrArn}/*`],
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          },
          ...refused,
        ],
      },
    });
  }
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html */
function locked(days: number): Pick<CfnBucketProps, 'objectLockEnabled' | 'objectLockConfiguration'> {
  return {
    objectLockEnabled: true,
    objectLockConfiguration: {
      objectLockEnabled: 'Enabled',
      rule: { defaultRetention: { mode: 'GOVERNANCE', days } },
    },
  };
}

/** S3 takes the sooner of two rules. A marker that is left alone by the first goes by a rule of its own: one rule says either. */
function emptyDaily(prefix: string): CfnBucket.RuleProperty[] {
  return [
    {
      ...{ id: 'emptied-daily', status: 'Enabled', prefix, expirationInDays: 1 },
      noncurrentVersionExpiration: { noncurrentDays: 1 },
    },
    { id: 'emptied-daily-markers', status: 'Enabled', prefix, expiredObjectDeleteMarker: true },
  ];
}
