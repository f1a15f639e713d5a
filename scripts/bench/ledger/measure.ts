import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { type LocalAws, startLocalAws } from 'local-aws';
import { createLedger } from '../../../adapters/dynamodb/ledger.ts';
import { indexes, tableKeys } from '../../../core/ledger/index-names.ts';
import { ledgerTableName } from '../../../core/contract/names.ts';
import type { InvocationContext } from '../../../engine/handler/handler.ts';
import { createReadApp } from '../../../functions/read/app.tsx';
import { itemOf, nowOf, reader, rowsOf, type Size } from './fill.ts';
import type { Filled, Row } from './model.ts';
import { anyPage, type Request } from './requests.ts';

const ENGINE = { account: '111111111111', region: 'us-east-1' };
const BATCH = 10_000;

/** Read units of a request, least and most, and how long it took, in milliseconds. */
export interface Cost {
  readonly name: string;
  readonly units: readonly [number, number];
  readonly p50: number;
  readonly p95: number;
}

/** A ledger on the DynamoDB of a local AWS, which the function `read` answers from. */
export class FilledLedger {
  private constructor(
    private readonly aws: LocalAws,
    private readonly size: Size,
  ) {}

  /** @param long releases beside those of the size @param log how far it is */
  static async fill(size: Size, long: readonly Filled[], log: (line: string) => void): Promise<FilledLedger> {
    const aws = await startLocalAws();
    await createTable(aws);
    const began = performance.now();
    let rows: Row[] = [];
    let count = 0;
    const load = async (): Promise<void> => {
      await aws.loadTable(ENGINE, ledgerTableName, rows.map(itemOf));
      count += rows.length;
      rows = [];
      if (count % (BATCH * 20) === 0) log(`  ${count.toLocaleString('en-US')} items`);
    };
    for (const row of rowsOf(size, long)) if (rows.push(row) === BATCH) await load();
    await load();
    const seconds = ((performance.now() - began) / 1000).toFixed(0);
    log(`${named(size)}: ${count.toLocaleString('en-US')} items after ${seconds} s`);
    return new FilledLedger(aws, size);
  }

  /** Asks so many times. @throws Error where it is refused */
  async measure(request: Request, times: number): Promise<Cost> {
    const units: number[] = [];
    const took: number[] = [];
    // A fixed order of things that it is about, the same in every run.
    let seed = 7;
    const pick = <T>(all: readonly T[]): T => {
      seed = (seed * 48_271) % 2_147_483_647;
      const one = all[seed % all.length];
      if (one === undefined) throw new Error(`${request.name} has nothing to be about.`);
      return one;
    };
    const ask = this.reader();
    for (let time = 0; time < times; time += 1) {
      let path = request.path(pick);
      if (request.next === true) {
        const { cursor } = anyPage.parse(JSON.parse(await ask(path, request)));
        if (cursor === undefined) throw new Error(`${path} has no next page.`);
        path = `${path}${path.includes('?') ? '&' : '?'}cursor=${encodeURIComponent(cursor)}`;
      }
      const before = this.aws.meters.read(ENGINE).readUnits;
      const began = performance.now();
      await ask(path, request);
      took.push(performance.now() - began);
      units.push(this.aws.meters.read(ENGINE).readUnits - before);
    }
    return {
      name: request.name,
      units: [Math.min(...units), Math.max(...units)],
      ...{ p50: percentile(took, 0.5), p95: percentile(took, 0.95) },
    };
  }

  private reader(): (path: string, request: Request) => Promise<string> {
    const client = DynamoDBDocumentClient.from(this.aws.client(DynamoDBClient, ENGINE));
    const noFiles = { read: () => Promise.reject(new Error('No page that is measured reads artifacts.')) };
    const none = { text: () => Promise.resolve(undefined) };
    const services = { ledger: createLedger(client, ledgerTableName), evidence: none, digests: none, files: noFiles };
    const app = createReadApp(services, invocationAt(nowOf(this.size)), { principal: reader });
    return async (path, { headers }) => {
      const answer = await app.request(path, headers === undefined ? {} : { headers });
      const text = await answer.text();
      if (answer.status !== 200) throw new Error(`GET ${path} was answered by ${answer.status}: ${text}`);
      return text;
    };
  }

  close(): Promise<void> {
    return this.aws.close();
  }
}

export function named({ releases, transitions }: Size): string {
  return `${releases.toLocaleString('en-US')} releases of ${transitions.toLocaleString('en-US')} transitions`;
}

function percentile(all: readonly number[], part: number): number {
  const sorted = [...all].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
}

async function createTable(aws: LocalAws): Promise<void> {
  const client = aws.client(DynamoDBClient, ENGINE);
  const keys = [tableKeys, ...Object.values(indexes)];
  const schemaOf = ({ partition, sort }: { partition: string; sort: string }) => [
    { AttributeName: partition, KeyType: 'HASH' as const },
    { AttributeName: sort, KeyType: 'RANGE' as const },
  ];
  await client.send(
    new CreateTableCommand({
      TableName: ledgerTableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: keys
        .flatMap(({ partition, sort }) => [partition, sort])
        .map((AttributeName) => ({ AttributeName, AttributeType: 'S' as const })),
      KeySchema: schemaOf(tableKeys),
      GlobalSecondaryIndexes: Object.entries(indexes).map(([IndexName, index]) => ({
        IndexName,
        KeySchema: schemaOf(index),
        Projection: { ProjectionType: 'KEYS_ONLY' as const },
      })),
    }),
  );
}

/** An invocation at a moment, whose log says what fails. */
function invocationAt(now: string): InvocationContext {
  const nothing = (): void => undefined;
  const fails = (message: string, problem: unknown): void =>
    void process.stderr.write(`${message}: ${String(problem)}\n`);
  const invocation: InvocationContext = {
    ...{
      actor: 'sluice-read',
      now: () => now,
      newId: () => '0'.repeat(32),
      newSecret: () => 'secret',
      random: () => 0,
    },
    pause: () => Promise.resolve(),
    log: { info: nothing, warn: nothing, error: fails },
    measure: nothing,
    about: nothing,
    of: () => invocation,
  };
  return invocation;
}
