import { Stack, Validations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { planPrefix } from '../../core/artifact/plan-key.ts';
import type { Entries } from '../../core/policy/entries.ts';
import { type UploadDenial, uploadDenials } from '../../core/policy/uploaders.ts';
import { releaseBucketName } from '../../core/contract/names.ts';
import { PrivateBucket } from '../constructs/private-bucket.ts';

/** How long an artifact that was overwritten or deleted can still be read by its version id: as long as releases are audited. */
const KEEP_OLD_VERSIONS_DAYS = 3653;

/** Where teams drop artifacts; each new object becomes an event. */
export class ReleaseBucket extends PrivateBucket {
  constructor(scope: Construct, id: string, services: Entries) {
    const { account, region } = Stack.of(scope);
    super(scope, id, {
      name: releaseBucketName(account, region),
      keepOldVersionsDays: KEEP_OLD_VERSIONS_DAYS,
      tellsEventBridge: true,
      emptiesDaily: planPrefix,
      refuses: (arn) => uploadDenials(services).map((denial) => statementOf(arn, denial)),
    });
    Validations.of(this.resource).acknowledge({
      id: 'AwsSolutions-S1',
      reason:
        'Who dropped what is in the ledger, by version and digest; access logs would need a bucket that logs itself.',
    });
  }
}

/** `aws:PrincipalArn` of a role's session is the role's; who shows none (anybody from outside) is refused. */
function statementOf(bucket: string, { keys, principals }: UploadDenial): object {
  const objects = (names: readonly string[]): string[] => names.map((name) => `${bucket}/${name}`);
  return {
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:PutObject',
    ...('only' in keys ? { Resource: objects(keys.only) } : { NotResource: objects(keys.allBut) }),
    Condition:
      'only' in principals
        ? { StringEquals: { 'aws:PrincipalArn': principals.only } }
        : { StringNotEquals: { 'aws:PrincipalArn': principals.allBut } },
  };
}
