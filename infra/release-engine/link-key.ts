import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { CfnAlias, CfnKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';

/** The key that signs approval links. It never leaves KMS; links carry its id, so that a new key can replace it. */
export class LinkKey extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const key = new CfnKey(this, 'Key', {
      description: 'Signs the approval links of Sluice',
      keySpec: 'ECC_NIST_P256',
      keyUsage: 'SIGN_VERIFY',
      keyPolicy: {
        Version: '2012-10-17',
        Statement: [
          {
            Sid: 'AccountDecidesByItsPolicies',
            Effect: 'Allow',
            Principal: { AWS: `arn:aws:iam::${Stack.of(this).account}:root` },
            Action: 'kms:*',
            Resource: '*',
          },
        ],
      },
    });
    key.applyRemovalPolicy(RemovalPolicy.RETAIN);
    new CfnAlias(this, 'Alias', { aliasName: 'alias/sluice-links', targetKeyId: key.ref });
    this.arn = key.attrArn;
  }
}
