import { CfnOutput } from 'aws-cdk-lib';
import { CfnEventBus } from 'aws-cdk-lib/aws-events';
import { Construct } from 'constructs';
import { releaseEventBusName } from '../../core/contract/names.ts';

/**
 * The bus on which other programs hear of releases. Not the one to which targets forward: whoever can put events there – any of the
 * workload accounts – could tell of releases that never were. It has no policy, so nobody outside this account can.
 */
export class ReleaseEvents extends Construct {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const bus = new CfnEventBus(this, 'Bus', {
      name: releaseEventBusName,
      description: 'Transitions of releases, for rules of other programs',
    });
    new CfnOutput(this, 'Name', { value: bus.ref, description: 'Event bus on which others hear of releases' });
  }
}
