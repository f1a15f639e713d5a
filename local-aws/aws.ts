import { Clock, type Pace } from './kernel/clock.ts';
import { Faults } from './kernel/faults.ts';
import { Kernel } from './kernel/kernel.ts';
import { Meters } from './kernel/meters.ts';
import type { Credentials } from './kernel/ports.ts';
import { createHttpApi } from './services/api-gateway/service.ts';
import type { RecordedResource } from './services/cloudformation/recorded/recorded-resources.ts';
import { allResources } from './services/cloudformation/resources/all.ts';
import { createCloudFormation, type CloudFormationOptions } from './services/cloudformation/service.ts';
import type { Transforms } from './services/cloudformation/transform.ts';
import { createCloudWatch } from './services/cloudwatch/service.ts';
import { createCodeDeploy } from './services/codedeploy/service.ts';
import { createDynamoDb, type LoadTable } from './services/dynamodb/service.ts';
import { createEvents } from './services/events/service.ts';
import { createIdentity } from './services/iam/service.ts';
import { createKms } from './services/kms.ts';
import { findNode } from './services/lambda/runtimes/node.ts';
import { createLambda, type LambdaOptions } from './services/lambda/service.ts';
import { createLogs } from './services/logs.ts';
import { createRestApi } from './services/rest-api/service.ts';
import { createS3 } from './services/s3/service.ts';
import { createScheduler } from './services/scheduler.ts';
import { createSecretsManager } from './services/secrets-manager.ts';
import { createSes } from './services/ses.ts';
import { createSns } from './services/sns.ts';
import { createSqs } from './services/sqs.ts';
import { createSsm } from './services/ssm.ts';
import { createStates } from './services/states/service.ts';
import { WireServer } from './wire/server.ts';

export interface LocalAwsOptions {
  readonly pace?: Pace;
  /** The loopback port; 0, any free one, when left out. */
  readonly port?: number;
  /** Draws the version that serves a request of an alias with weights; `Math.random` when left out. */
  readonly random?: () => number;
  /** Engine milliseconds for each real one while anything is busy; 1 when left out. */
  readonly busyRate?: number;
  /** What time it is at first, milliseconds since the epoch; this machine's when left out. */
  readonly begin?: number;
  /** The Node.js binary that functions run on; that of the variable `LOCAL_AWS_NODE`, or else this process's, when left out. */
  readonly node?: string;
  /** The Python binary that functions run on; that of the variable `LOCAL_AWS_PYTHON`, or else `python3` of the `PATH`, when left out. */
  readonly python?: string;
  /** Refuses stacks with resource types and properties that nothing here simulates; they are recorded, and named as such, when left out. */
  readonly strict?: boolean;
  /** What expands the templates that name it in their `Transform`, by these names; one that is missing here is refused by its name. */
  readonly transforms?: Transforms;
}

/** A running local AWS. */
export interface LocalAws {
  /** `http://127.0.0.1:<port>`, for AWS_ENDPOINT_URL. */
  readonly endpoint: string;
  /** The version of Node.js that functions run on, such as `v24.21.0`. */
  readonly nodeVersion: string;
  readonly kernel: Kernel;
  readonly clock: Clock;
  readonly faults: Faults;
  readonly meters: Meters;
  /** An administrator's keys for an account. */
  administrator(account: string): Credentials;
  /** An AWS SDK client of an account's administrator: `aws.client(S3Client, { account, region })`. */
  client<C>(Client: new (configuration: ClientConfiguration) => C, where: { account: string; region: string }): C;
  /** Fills a DynamoDB table as years of use would have, for measurements. */
  readonly loadTable: LoadTable;
  /** The resources that stacks made and that nothing simulates, in every account and region. */
  recorded(): readonly RecordedResource[];
  close(): Promise<void>;
}

interface ClientConfiguration {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { accessKeyId: string; secretAccessKey: string };
}

/** Starts a local AWS on loopback: every service, every account, nothing in them. */
export async function startLocalAws(options: LocalAwsOptions = {}): Promise<LocalAws> {
  const clock = new Clock(options.pace ?? 'real', options.begin, undefined, options.busyRate);
  const faults = new Faults();
  const meters = new Meters();
  let endpoint = '';
  const kernel = new Kernel(clock, faults, meters, () => endpoint);
  const node = findNode(options.node ?? process.env['LOCAL_AWS_NODE']);
  const { loadTable, recorded } = installServices(
    kernel,
    {
      binaries: { node: node.binary, python: options.python ?? process.env['LOCAL_AWS_PYTHON'] },
      random: options.random ?? Math.random,
    },
    { strict: options.strict, transforms: options.transforms },
  );
  const server = new WireServer(kernel);
  endpoint = `http://127.0.0.1:${await server.listen(options.port ?? 0)}`;
  return {
    endpoint,
    nodeVersion: node.version,
    kernel,
    clock,
    faults,
    meters,
    administrator: (account) => kernel.port.iam.administrator(account),
    client: (Client, where) => {
      const { accessKeyId, secretAccessKey } = kernel.port.iam.administrator(where.account);
      return new Client({ endpoint, region: where.region, credentials: { accessKeyId, secretAccessKey } });
    },
    loadTable,
    recorded,
    close: async () => {
      await server.close();
      await kernel.close();
    },
  };
}

function installServices(
  kernel: Kernel,
  functions: Omit<LambdaOptions, 'streams'>,
  stacks: CloudFormationOptions,
): Pick<LocalAws, 'loadTable' | 'recorded'> {
  const identity = createIdentity(kernel);
  const events = createEvents(kernel);
  const cloudwatch = createCloudWatch(kernel);
  const dynamodb = createDynamoDb(kernel);
  const lambda = createLambda(kernel, { ...functions, streams: dynamodb.streams });
  const sqs = createSqs(kernel);
  const cloudFormation = createCloudFormation(kernel, allResources, stacks);
  const all = [
    ...[identity, events, cloudwatch, lambda, sqs, dynamodb],
    ...[createS3, createSns, createSes, createSsm, createSecretsManager, createKms].map((create) => create(kernel)),
    ...[createLogs, createStates, createScheduler, createCodeDeploy, createHttpApi, createRestApi].map((create) =>
      create(kernel),
    ),
    cloudFormation,
  ];
  kernel.install(
    all.flatMap(({ services }) => services),
    { iam: identity.port, events: events.port, metrics: cloudwatch.port, functions: lambda.port, queues: sqs.port },
  );
  return { loadTable: dynamodb.load, recorded: cloudFormation.recorded };
}
