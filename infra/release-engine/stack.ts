import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import { CfnParameter } from 'aws-cdk-lib/aws-ssm';
import type { Construct } from 'constructs';
import { engineParameterName } from '../../core/contract/names.ts';
import { AlarmTopic } from '../constructs/alarm-topic.ts';
import type { Bundles } from '../bundling/bundle.ts';
import type { Settings } from '../settings.ts';
import { EngineAlarms } from './alarms.ts';
import { Api } from './api.ts';
import { ReleaseBucket } from './bucket.ts';
import { DigestBucket } from './digest-bucket.ts';
import { EngineBus } from './bus.ts';
import { EngineDashboard } from './dashboard.ts';
import { EvidenceBucket } from './evidence-bucket.ts';
import { EngineFunctions } from './functions.ts';
import { Intake } from './intake.ts';
import { Ledger } from './ledger.ts';
import { LinkKey } from './link-key.ts';
import { PagerTopic } from './pager-topic.ts';
import { Reconciler } from './reconciler.ts';
import { ReleaseEvents } from './release-events.ts';
import { Workflow } from './workflow.ts';

export interface ReleaseEngineProps extends StackProps {
  readonly settings: Settings;
  readonly bundles: Bundles;
}

/** Everything of Sluice in the tooling account. */
export class ReleaseEngine extends Stack {
  constructor(scope: Construct, id: string, { settings, bundles, ...props }: ReleaseEngineProps) {
    super(scope, id, props);
    const topic = new AlarmTopic(this, 'Alarms', 'sluice-alarms');
    const bucket = new ReleaseBucket(this, 'Releases', settings.policy.services);
    const ledger = new Ledger(this, 'Ledger');
    const api = new Api(this, 'Http');
    const functions = new EngineFunctions(this, 'Functions', {
      settings,
      bundles,
      topic,
      ledger: ledger.name,
      bucket: bucket.name,
      evidence: new EvidenceBucket(this, 'Evidence').name,
      digests: new DigestBucket(this, 'Digests').name,
      apiUrl: api.url,
      linkKey: new LinkKey(this, 'Links').arn,
      pagerTopic: new PagerTopic(this, 'Pages').arn,
    });
    const workflow = new Workflow(this, 'Workflow', (name) => functions.publish(name));
    functions.startBy(workflow);
    const { notify, oidc } = settings.policy;
    api.connect({
      read: functions.arnOf('read'),
      decide: functions.arnOf('decide'),
      interact: notify?.slack === undefined ? undefined : functions.arnOf('interact'),
      signIn: oidc === undefined ? undefined : functions.arnOf('sign-in'),
      takesTokens: oidc?.api !== undefined,
    });
    new Intake(this, 'Intake', { functions, bucket: bucket.name, workflow });
    new EngineBus(this, 'Events', { accounts: accountsOf(settings), functions });
    if (settings.policy.notify?.events !== undefined) new ReleaseEvents(this, 'ReleaseEvents');
    new Reconciler(this, 'Reconciler', { wakeArn: functions.arnOf('wake') });
    const { releaseMachineArn } = workflow;
    const alarms = new EngineAlarms(this, 'ReleaseAlarms', { releaseMachineArn, topic });
    const dashboard = new EngineDashboard(this, 'Overview', {
      apiUrl: api.url,
      apiId: api.id,
      releaseMachineArn,
      functions: functions.resourceNames(),
      deadLetters: functions.deadLetterQueues(),
      alarms: [...alarms.arns, ...functions.deadLetterAlarms()],
    });
    this.tell(api.url, bucket.name, dashboard.url);
    workflow.goLiveAfter(this);
  }

  private tell(apiUrl: string, bucket: string, dashboard: string): void {
    new CfnParameter(this, 'Engine', {
      name: engineParameterName,
      description: 'Where the sluice command finds the engine',
      type: 'String',
      value: this.toJsonString({ apiUrl, bucket, region: this.region }),
    });
    new CfnOutput(this, 'ApiUrl', { value: apiUrl, description: 'Base URL of the API and the pages' });
    new CfnOutput(this, 'ReleaseBucket', { value: bucket, description: 'Where artifacts are dropped' });
    new CfnOutput(this, 'DashboardUrl', {
      value: dashboard,
      description: 'The dashboard of the engine, in CloudWatch',
    });
  }
}

function accountsOf({ targets }: Settings): string[] {
  return [...new Set(targets.map(({ account }) => account))];
}
