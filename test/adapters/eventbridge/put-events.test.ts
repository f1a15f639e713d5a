import { CreateEventBusCommand, EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { eventBusOnDemand } from '../../../adapters/eventbridge/event-bus-on-demand.ts';
import type { BusEvent, EventBus } from '../../../adapters/eventbridge/event-bus.ts';
import { createObservability } from '../../../adapters/powertools/observability.ts';
import { type LocalAws, startLocalAws } from 'local-aws';

const place = { account: '111111111111', region: 'us-east-1' };
let aws: LocalAws;
let bus: EventBus;

beforeAll(async () => {
  aws = await startLocalAws();
  vi.stubEnv('AWS_ENDPOINT_URL', aws.endpoint);
  vi.stubEnv('AWS_REGION', place.region);
  const { accessKeyId, secretAccessKey } = aws.administrator(place.account);
  vi.stubEnv('AWS_ACCESS_KEY_ID', accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', secretAccessKey);
  bus = eventBusOnDemand(createObservability('notify'), 'releases');
  const events = aws.client(EventBridgeClient, place);
  await events.send(new CreateEventBusCommand({ Name: 'releases' }));
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await aws.close();
});

const event = (number: number, source = 'sluice'): BusEvent => ({
  source,
  type: 'Sluice Release Status Change',
  at: '2026-11-20T09:00:00.000Z',
  detail: { number },
});

describe('events for a bus', () => {
  it('are all put, ten at a time, each under the time of its own', async () => {
    const calls: number[] = [];
    const stop = aws.kernel.onObservation((one) => {
      const input: unknown = one.kind === 'call' && one.operation === 'PutEvents' ? one.input : undefined;
      const parsed = z.object({ Entries: z.array(z.unknown()) }).safeParse(input);
      if (parsed.success) calls.push(parsed.data.Entries.length);
    });
    expect(await bus.put(Array.from({ length: 23 }, (_, index) => event(index)))).toEqual({ taken: 23 });
    stop();
    expect(calls).toEqual([10, 10, 3]);
    expect(await bus.put([])).toEqual({ taken: 0 });
  });

  it('that are not taken end it: those before are told, and why', async () => {
    // EventBridge takes nobody’s events as those of a service, and goes on with the rest.
    const mixed = [...Array.from({ length: 11 }, (_, index) => event(index)), event(11, 'aws.s3'), event(12)];
    const { taken, problem } = await bus.put(mixed);
    expect(taken).toBe(11);
    expect(problem).toMatch(/^NotAuthorizedForSourceException: ./);
  });

  it('fail as a whole when the call does', async () => {
    aws.faults.atCall(
      'no events',
      { service: 'events', operation: 'PutEvents', times: 3 },
      { kind: 'error', code: 'InternalException', status: 500 },
    );
    await expect(bus.put([event(1)])).rejects.toThrow();
    aws.faults.assertAllHappened();
    aws.faults.clear();
  });
});
