import { Stack, Validations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { releaseBucketName } from '../../core/contract/names.ts';
import { PrivateBucket } from '../constructs/private-bucket.ts';

/** How long an artifact that was overwritten or deleted can still be read by its version id: as long as releases are audited. */
const KEEP_OLD_VERSIONS_DAYS = 3653;

/** Where teams drop artifacts; each new object becomes an event. */
export class ReleaseBucket extends PrivateBucket {
  constructor(scope: Construct, id: string) {
    const { account, region } = Stack.of(scope);
    super(scope, id, {
      name: releaseBucketName(account, region),
      keepOldVersionsDays: KEEP_OLD_VERSIONS_DAYS,
      tellsEventBridge: true,
    });
    Validations.of(this.resource).acknowledge({
      id: 'AwsSolutions-S1',
      reason:
        'Who dropped what is in the ledger, by version and digest; access logs would need a bucket that logs itself.',
    });
  }
}
