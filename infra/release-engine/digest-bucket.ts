import { Stack, Validations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { digestBucketName } from '../../core/contract/names.ts';
import { PrivateBucket } from '../constructs/private-bucket.ts';
import { onlyOnce } from './evidence-bucket.ts';

/** As long as artifacts and evidence: releases are audited with all three. */
const LOCKED_DAYS = 3653;

/**
 * The digests of the ledger. A key is written once; what was written is locked and cannot be deleted, and nobody may go around the
 * lock. The lock is in governance mode: who changes the ledger cannot undo it, and who may change this policy can, in two calls that
 * CloudTrail shows. Compliance mode nobody undoes for ten years, not even for an account that is given up or a name that has to be
 * forgotten; a platform team that needs it changes the bucket's default retention.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html#object-lock-retention-modes
 */
export class DigestBucket extends PrivateBucket {
  constructor(scope: Construct, id: string) {
    const { account, region } = Stack.of(scope);
    super(scope, id, {
      name: digestBucketName(account, region),
      keepOldVersionsDays: LOCKED_DAYS,
      lockedDays: LOCKED_DAYS,
      refuses: (arn) => [onlyOnce(arn), neverUndone(arn)],
    });
    Validations.of(this.resource).acknowledge({
      id: 'AwsSolutions-S1',
      reason: 'Each object is written once and locked; access logs would need a bucket that logs itself.',
    });
  }
}

/** A mark of deletion hides an object, though it deletes nothing: that is refused, too. */
function neverUndone(bucket: string): object {
  return {
    Sid: 'NeverUndone',
    Effect: 'Deny',
    Principal: '*',
    Action: [
      's3:DeleteObject',
      's3:DeleteObjectVersion',
      's3:BypassGovernanceRetention',
      's3:PutObjectRetention',
      's3:PutObjectLegalHold',
    ],
    Resource: `${bucket}/*`,
  };
}
