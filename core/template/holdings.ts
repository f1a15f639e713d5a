import { ownMember } from '../values/records.ts';
import { isStateful } from './stateful.ts';

/** What is looked at to see whether a resource holds anything. */
export const looks = ['items', 'objects', 'messages', 'streams', 'values', 'changes'] as const;
export type Look = (typeof looks)[number];

/** What a kind of resource can hold, and how it comes into another stack. */
interface Holding {
  /** How it can be shown to be empty; absent where it cannot. `nothing`: it holds nothing that would be lost with it. */
  readonly look?: Look | 'nothing';
  /**
   * The property that is its primary identifier: CloudFormation imports by it what a template spells out. Absent where AWS makes the
   * identifier (a URL, an ARN, an id).
   * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/import-resources-automatically.html
   */
  readonly importedBy?: string;
}

/**
 * Stateful kinds of which something is known. Of all others nothing is: they cannot be shown to be empty.
 *
 * - `items`: of a table, by a strongly consistent scan for one
 * - `objects`: of a bucket, deleted ones and older versions included
 * - `messages`: of a queue, as SQS counts them; those in flight or delayed included
 * - `streams`: of a log group
 * - `values`: of a secret; one is the template's own
 * - `changes`: of a parameter since it was made
 */
const holdings: Readonly<Record<string, Holding>> = {
  'AWS::ApiGateway::RestApi': { look: 'nothing' },
  'AWS::ApiGatewayV2::Api': { look: 'nothing' },
  'AWS::DynamoDB::GlobalTable': { look: 'items', importedBy: 'TableName' },
  'AWS::DynamoDB::Table': { look: 'items', importedBy: 'TableName' },
  'AWS::ECR::Repository': { importedBy: 'RepositoryName' },
  'AWS::Events::EventBus': { look: 'nothing', importedBy: 'Name' },
  'AWS::Kinesis::Stream': { importedBy: 'Name' },
  'AWS::Logs::LogGroup': { look: 'streams', importedBy: 'LogGroupName' },
  'AWS::S3::Bucket': { look: 'objects', importedBy: 'BucketName' },
  'AWS::SNS::Topic': { look: 'nothing' },
  'AWS::SQS::Queue': { look: 'messages' },
  'AWS::SSM::Parameter': { look: 'changes', importedBy: 'Name' },
  'AWS::SecretsManager::Secret': { look: 'values' },
};

/** The property that gives a kind its name, where that is not its primary identifier. */
const names: Readonly<Record<string, string>> = {
  'AWS::SQS::Queue': 'QueueName',
  'AWS::SecretsManager::Secret': 'Name',
};

/** Kinds that are made anew from their template, by whatever policy: what grants, runs, routes or watches. */
const madeAnew =
  /^AWS::(IAM|Lambda|CloudWatch|CodeDeploy|Scheduler|StepFunctions|Pipes|ApplicationAutoScaling|Events|SNS|ApiGateway|ApiGatewayV2)::|^AWS::(SQS::Queue(Inline)?Policy|S3::BucketPolicy|KMS::Alias|Logs::(MetricFilter|SubscriptionFilter|ResourcePolicy)|SecretsManager::(ResourcePolicy|RotationSchedule))$/;

/** How a resource of the type is shown to be empty; undefined where it cannot be. */
export function lookInto(type: string): Look | undefined {
  const { look } = ownMember(holdings, type) ?? {};
  return look === 'nothing' ? undefined : look;
}

/** Is nothing lost when a resource of the type goes that a release has just made? */
export function holdsNothing(type: string): boolean {
  return isStateful(type) ? ownMember(holdings, type)?.look === 'nothing' : madeAnew.test(type);
}

/** The property by whose value CloudFormation imports what exists; undefined where it cannot. */
export function importedBy(type: string): string | undefined {
  return ownMember(holdings, type)?.importedBy;
}

/** The property that names a resource of the type, as far as that is known. */
export function namedBy(type: string): string | undefined {
  return importedBy(type) ?? ownMember(names, type);
}
