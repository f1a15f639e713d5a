import { existsSync } from 'node:fs';
import { Clock, type Pace } from './kernel/clock.ts';
import { Faults } from './kernel/faults.ts';
import { Kernel } from './kernel/kernel.ts';
import { Meters } from './kernel/meters.ts';
import type { Credentials, Ports } from './kernel/ports.ts';
import type { Service } from './kernel/service.ts';
import { WireServer } from './wire/server.ts';

export interface LocalAwsOptions {
  readonly pace?: Pace;
  /** The loopback port; 0, any free one, when left out. */
  readonly port?: number;
}

/** A running local AWS. */
export interface LocalAws {
  /** `http://127.0.0.1:<port>`, for AWS_ENDPOINT_URL. */
  readonly endpoint: string;
  readonly kernel: Kernel;
  readonly clock: Clock;
  readonly faults: Faults;
  readonly meters: Meters;
  /** An administrator's keys for an account. */
  administrator(account: string): Credentials;
  /** An AWS SDK client of an account's administrator: `aws.client(S3Client, { account, region })`. */
  client<C>(Client: new (configuration: ClientConfiguration) => C, where: { account: string; region: string }): C;
  close(): Promise<void>;
}

export interface ClientConfiguration {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { accessKeyId: string; secretAccessKey: string };
}

// While the services are being written: those that exist are loaded.
const FACTORIES: [string, string, (keyof Ports)?][] = [
  ['iam/service.ts', 'createIdentity', 'iam'],
  ['s3/service.ts', 'createS3'],
  ['dynamodb/service.ts', 'createDynamoDb'],
  ['sqs.ts', 'createSqs', 'queues'],
  ['sns.ts', 'createSns'],
  ['ses.ts', 'createSes'],
  ['ssm.ts', 'createSsm'],
  ['secrets-manager.ts', 'createSecretsManager'],
  ['kms.ts', 'createKms'],
  ['lambda/service.ts', 'createLambda', 'functions'],
  ['logs.ts', 'createLogs'],
  ['cloudwatch/service.ts', 'createCloudWatch', 'metrics'],
  ['states/service.ts', 'createStates'],
  ['events/service.ts', 'createEvents', 'events'],
  ['scheduler.ts', 'createScheduler'],
  ['codedeploy/service.ts', 'createCodeDeploy'],
  ['cloudformation/service.ts', 'createCloudFormation'],
  ['api-gateway/service.ts', 'createHttpApi'],
];

export async function startLocalAws(options: LocalAwsOptions = {}): Promise<LocalAws> {
  const clock = new Clock(options.pace ?? 'real');
  const faults = new Faults();
  const meters = new Meters();
  let endpoint = '';
  const kernel = new Kernel(clock, faults, meters, () => endpoint);
  const services: Service[] = [];
  const ports: any = {};
  for (const [file, name, port] of FACTORIES) {
    const url = new URL(`./services/${file}`, import.meta.url);
    if (!existsSync(url)) continue;
    const made = (await import(url.href))[name](kernel);
    services.push(...made.services);
    if (port !== undefined) ports[port] = made.port;
  }
  kernel.install(services, ports);
  const server = new WireServer(kernel);
  endpoint = `http://127.0.0.1:${await server.listen(options.port ?? 0)}`;
  return {
    endpoint,
    kernel,
    clock,
    faults,
    meters,
    administrator: (account) => kernel.port.iam.administrator(account),
    client: (Client, where) => {
      const { accessKeyId, secretAccessKey } = kernel.port.iam.administrator(where.account);
      return new Client({ endpoint, region: where.region, credentials: { accessKeyId, secretAccessKey } });
    },
    close: async () => {
      await server.close();
      await kernel.close();
    },
  };
}
