import { CfnTopic, CfnTopicPolicy } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';

/**
 * Pages: a release ended Failed, and a person has to act now. The people on call subscribe to it. Only roles of this account
 * that have the permission may publish.
 */
export class PagerTopic extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const topic = new CfnTopic(this, 'Topic', { topicName: 'sluice-pager', displayName: 'Sluice' });
    this.arn = topic.ref;
    new CfnTopicPolicy(this, 'Policy', {
      topics: [topic.ref],
      policyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Sid: 'TlsOnly',
            Effect: 'Deny',
            Principal: '*',
            Action: 'sns:Publish',
            Resource: topic.ref,
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          },
        ],
      },
    });
  }
}
