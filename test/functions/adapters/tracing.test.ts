import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, expect, it } from 'vitest';
import * as z from 'zod';
import { traceClient } from '../../../functions/adapters/tracing.ts';

const address = z.object({ port: z.number() });
const header = 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1;Lineage=a87bd80c:0';

let daemon: ReturnType<typeof createSocket>;
let server: ReturnType<typeof createServer>;
let datagrams: string[];
let seen: (string | undefined)[];
let answer: readonly [status: number, body: object];

beforeEach(async () => {
  [datagrams, seen, answer] = [[], [], [200, {}]];
  daemon = createSocket('udp4').bind(0, '127.0.0.1');
  daemon.on('message', (message) => datagrams.push(message.toString()));
  server = createServer((request, response) => {
    seen.push(request.headersDistinct['x-amzn-trace-id']?.[0]);
    request.resume().on('end', () => {
      response.writeHead(answer[0], { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-requestid': 'R1' });
      response.end(JSON.stringify(answer[1]));
    });
  }).listen(0, '127.0.0.1');
  await Promise.all([once(daemon, 'listening'), once(server, 'listening')]);
});
afterEach(() => void [daemon.close(), server.close()]);

async function put(trace: string | undefined): Promise<void> {
  const client = new DynamoDBClient({
    endpoint: `http://127.0.0.1:${address.parse(server.address()).port}`,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
    maxAttempts: 1,
  });
  traceClient(client, { _X_AMZN_TRACE_ID: trace, AWS_XRAY_DAEMON_ADDRESS: `127.0.0.1:${daemon.address().port}` });
  await client.send(new PutItemCommand({ TableName: 'sluice-ledger', Item: { token: { S: 'secret-token' } } }));
}

async function told(): Promise<unknown> {
  if (datagrams.length === 0) await once(daemon, 'message');
  const [prologue, subsegment] = (datagrams[0] ?? '').split('\n');
  expect(JSON.parse(prologue ?? '')).toEqual({ format: 'json', version: 1 });
  return JSON.parse(subsegment ?? '');
}

it('tells a call as a subsegment of the invocation, and the service which one called', async () => {
  await put(header);
  const subsegment = z
    .looseObject({ id: z.string(), start_time: z.number(), end_time: z.number() })
    .parse(await told());
  expect(subsegment.id).toMatch(/^[0-9a-f]{16}$/);
  expect(subsegment).toMatchObject({
    name: 'DynamoDB',
    type: 'subsegment',
    namespace: 'aws',
    trace_id: '1-5759e988-bd862e3fe1be46a994272793',
    parent_id: '53995c3f42cd8ad8',
    aws: { operation: 'PutItem', region: 'eu-west-1', request_id: 'R1', retries: 0, table_name: 'sluice-ledger' },
    http: { response: { status: 200 } },
  });
  expect(subsegment.end_time).toBeGreaterThanOrEqual(subsegment.start_time);
  expect(seen).toEqual([header.replace('53995c3f42cd8ad8', subsegment.id)]);
  expect(datagrams.join()).not.toContain('secret-token');
});

it.each([
  { status: 400, type: 'ConditionalCheckFailedException', flags: { error: true } },
  { status: 400, type: 'ThrottlingException', flags: { error: true, throttle: true } },
  { status: 500, type: 'InternalServerError', flags: { fault: true } },
])('tells whose fault $type was, and throws it on', async ({ status, type, flags }) => {
  answer = [status, { __type: `com.amazonaws.dynamodb.v20120810#${type}`, message: 'No.' }];
  await expect(put(header)).rejects.toMatchObject({ name: type });
  const { error, fault, throttle, cause } = z.looseObject({ cause: z.unknown() }).parse(await told());
  expect({ error, fault, throttle }).toEqual({ error: undefined, fault: undefined, throttle: undefined, ...flags });
  expect(cause).toMatchObject({ exceptions: [{ type, remote: true }] });
});

it.each([undefined, header.replace('Sampled=1', 'Sampled=0'), 'Root=1-5759e988-bd862e3fe1be46a994272793'])(
  'tells nothing of an invocation that is not sampled (%s)',
  async (trace) => {
    await put(trace);
    expect(seen).toEqual([undefined]);
    // Were there a datagram of the call before, it would stand before this one.
    await put(header);
    await told();
    expect(datagrams).toHaveLength(1);
  },
);
