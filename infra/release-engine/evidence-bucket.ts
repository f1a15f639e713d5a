import { Stack, Validations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { evidenceBucketName } from '../../core/contract/names.ts';
import { PrivateBucket } from '../constructs/private-bucket.ts';

/** As long as artifacts: releases are audited with both. */
const KEEP_OLD_VERSIONS_DAYS = 3653;

/**
 * What judgements rest on, beside the ledger, which names each object by its digest. It is not the release bucket: teams write
 * there, each object of it is an event, and whatever is in it is an artifact. Nothing in it expires; a key is written once.
 */
export class EvidenceBucket extends PrivateBucket {
  constructor(scope: Construct, id: string) {
    const { account, region } = Stack.of(scope);
    super(scope, id, {
      name: evidenceBucketName(account, region),
      keepOldVersionsDays: KEEP_OLD_VERSIONS_DAYS,
      refuses: (arn) => [onlyOnce(arn)],
    });
    Validations.of(this.resource).acknowledge({
      id: 'AwsSolutions-S1',
      reason: 'Each object is named by its digest in the ledger; access logs would need a bucket that logs itself.',
    });
  }
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html */
export function onlyOnce(bucket: string): object {
  return {
    Sid: 'WrittenOnce',
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:PutObject',
    Resource: `${bucket}/*`,
    Condition: { Null: { 's3:if-none-match': 'true' } },
  };
}
