import { Stack, Validations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { assetBucketName, planTemplates } from '../../core/contract/names.ts';
import { PrivateBucket } from '../constructs/private-bucket.ts';

/** The bucket of the code of services' stacks. No current version of code is ever deleted: a rollback may need it. */
export class Assets extends PrivateBucket {
  constructor(scope: Construct, id: string) {
    const { account, region } = Stack.of(scope);
    super(scope, id, { name: assetBucketName(account, region), keepOldVersionsDays: 90, emptiesDaily: planTemplates });
    Validations.of(this.resource).acknowledge({
      id: 'AwsSolutions-S1',
      reason: 'Only the release engine writes here, and its ledger has what and when.',
    });
  }
}
