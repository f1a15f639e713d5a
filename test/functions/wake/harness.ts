import { readFileSync } from 'node:fs';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { indexes } from '../../../core/ledger/index-names.ts';
import { headItem, type TargetItem, type WaitItem, waitItem } from '../../../core/ledger/items.ts';
import { headIndexKeys, headKey, waitKey } from '../../../core/ledger/keys.ts';
import { freezePlan, putTarget } from '../../../core/ledger/target.ts';
import { beginSlice, syntheticTrafficItem, syntheticTrafficKey } from '../../../core/ledger/synthetic-traffic.ts';
import { registerWait, waitId } from '../../../core/ledger/waits.ts';
import type { WriteIntent } from '../../../core/ledger/write-intent.ts';
import type { ExecutionState } from '../../../core/reconcile/open-work.ts';
import type { ReleaseHead } from '../../../core/release/head.ts';
import { isEnd } from '../../../core/release/status.ts';
import { createLedger } from '../../../adapters/dynamodb/ledger.ts';
import type { ListMarker, UploadedObject } from '../../../core/reconcile/lost-uploads.ts';
import type { AlarmState } from '../../../adapters/cloudwatch/alarms.ts';
import type { StackOperation, StackResource } from '../../../adapters/cloudformation/stack.ts';
import type { DeploymentState } from '../../../adapters/codedeploy/traffic-shift.ts';
import type { Manifest } from '../../../core/manifest/manifest.ts';
import type { SliceOrder } from '../../../core/contract/tasks.ts';
import type { Measurement } from '../../../core/contract/engine-metrics.ts';
import type { InvocationContext } from '../../../engine/handler/handler.ts';
import { readItem } from '../../../engine/ledger/read.ts';
import { wake } from '../../../functions/wake/handler.ts';
import type { WakeServices } from '../../../functions/wake/services.ts';
import type { LocalAws } from 'local-aws';
import { grantedLedger } from '../fakes/granted-ledger.ts';
import { FakeEvidenceStore } from '../fakes/evidence-store.ts';
import { makePlan } from '../../../core/release/make-plan.ts';
import { digest, manifest, moment as at, release, samplePolicy } from '../../core/samples.ts';

/** One of `events/wake.<case>.json`. */
export function sampleEvent(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../../../events/wake.${name}.json`, import.meta.url), 'utf8'));
}

export const stackId =
  'arn:aws:cloudformation:us-east-1:333333333333:stack/sluice-orders-production/0a1b2c3d-1111-2222-3333-444455556666';

let tables = 0;

async function createTable(aws: LocalAws): Promise<WakeServices['ledger']> {
  const client = aws.client(DynamoDBClient, { account: '111111111111', region: 'us-east-1' });
  const table = `ledger-${(tables += 1)}`;
  const keys = [{ partition: 'pk', sort: 'sk' }, ...Object.values(indexes)];
  const schema = ({ partition, sort }: { partition: string; sort: string }) => [
    { AttributeName: partition, KeyType: 'HASH' as const },
    { AttributeName: sort, KeyType: 'RANGE' as const },
  ];
  await client.send(
    new CreateTableCommand({
      TableName: table,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: keys
        .flatMap(({ partition, sort }) => [partition, sort])
        .map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: schema({ partition: 'pk', sort: 'sk' }),
      GlobalSecondaryIndexes: Object.entries(indexes).map(([IndexName, index]) => ({
        IndexName,
        KeySchema: schema(index),
        Projection: { ProjectionType: 'KEYS_ONLY' },
      })),
    }),
  );
  const documents = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
  return createLedger(documents, table);
}

/** The state of the AWS around the ledger, which a test sets and reads. */
interface AwsState {
  /** Since the sample release began. */
  seconds: number;
  operation: () => Promise<StackOperation | undefined>;
  resources: StackResource[];
  alarms: readonly AlarmState[];
  deployments: Record<string, DeploymentState>;
  execution: ExecutionState;
  /** The execution that undoes what the other left. */
  undoing: ExecutionState;
  /** Is the reconciler's schedule enabled? */
  scheduled: boolean;
  /** Until when it rests. */
  restsUntil?: string;
  /** Orders of slices of synthetic traffic are lost. */
  ordersAreLost: boolean;
  /** What happens while the function pauses. */
  meanwhile: () => Promise<void>;
  /** What a page of the release bucket has. */
  bucket: (marker: ListMarker | undefined) => { objects: UploadedObject[]; next: ListMarker | undefined };
  /** Are transitions put on the event bus? */
  events: boolean;
  /** The role of a target cannot be taken. */
  openFails: boolean;
  /** How often a target was opened. */
  asked: number;
}

/** A harness for `wake`: a ledger on a real table, and an AWS whose state the test sets. */
export async function createHarness(aws: LocalAws) {
  const ledger = await createTable(aws);
  const answers: { token: string; output?: unknown; error?: string; cause?: string }[] = [];
  const started: string[] = [];
  const deliveries: string[] = [];
  const received: string[] = [];
  const slices: SliceOrder[] = [];
  const measured: Measurement[] = [];
  const digests = new FakeEvidenceStore();
  const truth: AwsState = {
    seconds: 3600,
    operation: () => Promise.resolve(undefined),
    resources: [],
    alarms: [],
    deployments: {},
    execution: 'RUNNING',
    undoing: 'missing',
    scheduled: true,
    ordersAreLost: false,
    openFails: false,
    events: false,
    meanwhile: () => Promise.resolve(),
    bucket: () => ({ objects: [], next: undefined }),
    asked: 0,
  };
  const harness = {
    ...truth,
    ...{ ledger, answers, started, deliveries, received, slices, digests, measured },
    write: (...writes: WriteIntent[]) => ledger.write(writes),
    head: () => readItem(ledger, headKey(release), headItem),
    wait: (task: WaitItem['task'], target?: string) =>
      readItem(
        ledger,
        waitKey(release, waitId({ task, environment: 'production', ...(target === undefined ? {} : { target }) })),
        waitItem,
      ),
    wake: (event: unknown) => wake(event, services, invocation),
  };
  const services: WakeServices = {
    ledger: grantedLedger(ledger, 'wake'),
    evidence: new FakeEvidenceStore(),
    digests,
    answers: {
      succeed: async (token, output) => {
        answers.push({ token, output });
        return Promise.resolve('answered');
      },
      fail: async (token, error, cause) => {
        answers.push({ token, error, cause });
        return Promise.resolve('answered');
      },
    },
    workflow: {
      start: async (id, name = id) => {
        started.push(name);
        return Promise.resolve({ execution: name, existing: false });
      },
      describe: async (name) => Promise.resolve(name === release ? harness.execution : harness.undoing),
    },
    schedule: {
      enable: async () => {
        harness.scheduled = true;
        delete harness.restsUntil;
        return Promise.resolve();
      },
      disable: async () => Promise.resolve(void (harness.scheduled = false)),
      restUntil: async (instant) => Promise.resolve(void (harness.restsUntil = instant)),
    },
    verifier: {
      orderSlice: async (order) => {
        slices.push(order);
        if (harness.ordersAreLost) return;
        const { environment, account, region } = order;
        const where = { environment, account, region };
        const known = await readItem(ledger, syntheticTrafficKey(release, where), syntheticTrafficItem);
        await ledger.write(beginSlice(release, where, known, invocation.now()).writes);
      },
    },
    uploads: {
      list: async (marker) => Promise.resolve(harness.bucket(marker)),
      receive: async (object) => Promise.resolve(void received.push(object.key)),
    },
    get events() {
      return harness.events;
    },
    notifier: { deliver: async (id) => Promise.resolve(void deliveries.push(id)) },
    open: async () => {
      harness.asked += 1;
      if (harness.openFails) throw new Error('no role');
      return Promise.resolve({
        stacks: {
          describe: async () =>
            Promise.resolve({
              id: stackId,
              name: 'sluice-orders-production',
              status: 'UPDATE_COMPLETE',
              parameters: {},
              outputs: { ApiUrl: 'https://api' },
              tags: {},
            }),
          operation: async () => harness.operation(),
          resources: async () => Promise.resolve(harness.resources),
        },
        alarms: { describe: async () => Promise.resolve(harness.alarms) },
        traffic: { describe: async (id) => Promise.resolve(harness.deployments[id]) },
        functions: { alias: async () => Promise.resolve(undefined), pointAlias: async () => Promise.resolve() },
      });
    },
    begin: () => undefined,
  };
  const invocation: InvocationContext = {
    now: () => at(harness.seconds),
    newId: () => 'id',
    newSecret: () => 'secret',
    random: () => 0,
    pause: async () => harness.meanwhile(),
    actor: 'sluice-wake',
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    measure: (measurement) => void measured.push(measurement),
    about: () => undefined,
    of: () => invocation,
  };
  return harness;
}

/** A head as the ledger keeps it. */
export function headWrite(head: ReleaseHead): WriteIntent {
  const index = headIndexKeys({ ...head, ended: isEnd(head.status) });
  return { write: 'put', item: { ...headKey(head.release), ...index, ...head } };
}

/** The plan of the sample release, with an alarm of the policy. */
export function planWrite(checks: Manifest['checks'] = {}): WriteIntent[] {
  const artifact = { bucket: 'b', key: 'orders/1.4.2.zip', versionId: 'v1', size: 10, sha256: digest };
  const made = makePlan({ release, artifact, manifest: { ...manifest, checks }, policy: samplePolicy() });
  if ('problems' in made) throw new Error(made.problems.map(({ message }) => message).join(' '));
  const environments = made.plan.environments.map((environment) => ({ ...environment, alarms: ['errors'] }));
  return freezePlan({ ...made.plan, environments });
}

/** Production's only target, with its stack. */
export function targetWrite(more: Partial<TargetItem> = {}): WriteIntent {
  const where = { environment: 'production', account: '333333333333', region: 'us-east-1' };
  return putTarget({ release, ...where, stackName: 'sluice-orders-production', ...more });
}

/** A wait of production, registered as the release began. */
export function waitWrites(wait: Pick<WaitItem, 'task' | 'correlation'> & Partial<WaitItem>): WriteIntent[] {
  const place = { environment: 'production', ...(wait.target === undefined ? {} : { target: wait.target }) };
  return registerWait({
    ...{ wait: waitId({ task: wait.task, ...place }), release, token: 'token', ...place },
    registeredAt: at(0),
    deadline: at(7200),
    ...wait,
  });
}
