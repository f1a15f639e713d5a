import { GetMetricStatisticsCommand, CloudWatchClient, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { ListRolesCommand, IAMClient } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startLocalAws, type LocalAws } from '../../aws.ts';
import { corpus } from './corpus.ts';
import { send } from './requests.ts';
import { where } from './samples.ts';
import { setUp } from './set-up.ts';

let aws: LocalAws;

beforeAll(async () => {
  aws = await startLocalAws({ pace: 'manual', busyRate: 0, begin: Date.parse('2026-11-20T09:00:00Z') });
});
afterAll(() => aws.close());

/** A few seconds of work, and far more on a machine that is busy with other things. */
const PATIENCE = 300_000;

describe('malformed requests', () => {
  it('are answered, never by an error of the local AWS’s own, and do no harm', { timeout: PATIENCE }, async () => {
    // What a failure writes there is in the answer as well.
    const written = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const ids = await setUp(aws);
    await aws.clock.advance(60_000);
    const credentials = aws.administrator(where.account);
    const failures: string[] = [];
    const taken = { well: 0, refused: 0 };
    for (const { service, title, raw } of corpus(aws, ids)) {
      const { status, text } = await send(raw, { endpoint: aws.endpoint, credentials, service, region: where.region });
      // What is not implemented is refused by name.
      const isAnswer = status < 500 || (status === 501 && text.includes('NotImplementedByLocalAws'));
      if (!isAnswer) failures.push(`${title}: ${status} ${text.slice(0, 300)}`);
      taken[status < 300 ? 'well' : 'refused'] += 1;
    }
    // Alarms, schedules, stacks and messages go on with what they were given.
    await aws.clock.advance(3_600_000);
    written.mockRestore();
    expect(failures).toEqual([]);
    expect(Object.keys(Object.prototype)).toEqual([]);
    // Were most of them refused at the door, nothing behind it would have been tried.
    expect(taken.well).toBeGreaterThan(400);
    expect(taken.refused).toBeGreaterThan(2_000);
  });

  it('leave the local AWS as good as it was', async () => {
    const { Roles = [] } = await aws.client(IAMClient, where).send(new ListRolesCommand({}));
    expect(Roles.length).toBeGreaterThan(0);
    const cloudwatch = aws.client(CloudWatchClient, where);
    const Namespace = 'After';
    await cloudwatch.send(new PutMetricDataCommand({ Namespace, MetricData: [{ MetricName: 'a', Value: 2 }] }));
    const now = aws.clock.now();
    const { Datapoints = [] } = await cloudwatch.send(
      new GetMetricStatisticsCommand({
        Namespace,
        MetricName: 'a',
        StartTime: new Date(now - 60_000),
        EndTime: new Date(now + 60_000),
        Period: 60,
        Statistics: ['Sum'],
      }),
    );
    expect(Datapoints.map(({ Sum }) => Sum)).toEqual([2]);
  });
});
