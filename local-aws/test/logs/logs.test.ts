import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DescribeLogGroupsCommand,
  FilterLogEventsCommand,
  GetLogEventsCommand,
  PutLogEventsCommand,
  PutRetentionPolicyCommand,
  StartQueryCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startLocalAws, type LocalAws } from '../../aws.ts';

let aws: LocalAws;
let logs: CloudWatchLogsClient;
const logGroupName = '/sluice/test';
const logStreamName = 'one';

beforeAll(async () => {
  aws = await startLocalAws({ pace: 'manual', busyRate: 0 });
  logs = aws.client(CloudWatchLogsClient, { account: '111111111111', region: 'us-east-1' });
  await logs.send(new CreateLogGroupCommand({ logGroupName }));
  await logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName }));
});
afterAll(() => aws.close());

const put = (...events: [number, string][]) =>
  logs.send(
    new PutLogEventsCommand({
      logGroupName,
      logStreamName,
      logEvents: events.map(([timestamp, message]) => ({ timestamp, message })),
    }),
  );

it('keeps events in order of their time, pages them both ways, and filters by terms', async () => {
  const now = aws.clock.now();
  await put([now - 20, 'ERROR lost order'], [now, 'INFO done']);
  await put([now - 10, 'ERROR bad order']);
  const page = (nextToken?: string) =>
    logs.send(
      new GetLogEventsCommand({
        logGroupName,
        logStreamName,
        startFromHead: true,
        limit: 2,
        ...(nextToken && { nextToken }),
      }),
    );
  const first = await page();
  expect(first.events?.map(({ message }) => message)).toEqual(['ERROR lost order', 'ERROR bad order']);
  const second = await page(first.nextForwardToken);
  expect(second.events?.map(({ message }) => message)).toEqual(['INFO done']);
  expect((await page(second.nextForwardToken)).nextForwardToken).toBe(second.nextForwardToken);
  const found = async (filterPattern: string) =>
    (await logs.send(new FilterLogEventsCommand({ logGroupName, filterPattern }))).events?.map(
      ({ message }) => message,
    );
  expect(await found('ERROR order -bad')).toEqual(['ERROR lost order']);
  expect(await found('?bad ?done')).toEqual(['ERROR bad order', 'INFO done']);
  await expect(found('{ $.level = "ERROR" }')).rejects.toThrow('filter pattern');
});

it('pages what it filters by number and by size, in either direction', async () => {
  const paged = { logGroupName: '/paged', logStreamName: 'one' };
  await logs.send(new CreateLogGroupCommand({ logGroupName: paged.logGroupName }));
  await logs.send(new CreateLogStreamCommand(paged));
  const now = aws.clock.now();
  const large = 'x'.repeat(200_000);
  for (const start of [0, 4])
    await logs.send(
      new PutLogEventsCommand({
        ...paged,
        logEvents: [0, 1, 2, 3].map((offset) => ({
          timestamp: now + start + offset,
          message: `${start + offset} ${large}`,
        })),
      }),
    );
  const filter = async (more: object) => {
    const asked = { logGroupName: paged.logGroupName, startTime: now, ...more };
    const { events = [], nextToken } = await logs.send(new FilterLogEventsCommand(asked));
    return { found: events.map(({ message }) => message?.[0]).join(''), nextToken };
  };
  // 1 MB holds five of them.
  const first = await filter({});
  expect(first.found).toBe('01234');
  expect(await filter({ nextToken: first.nextToken })).toEqual({ found: '567', nextToken: undefined });
  const last = await filter({ limit: 2, startFromHead: false });
  expect(last.found).toBe('76');
  expect(await filter({ limit: 2, nextToken: last.nextToken })).toMatchObject({ found: '54' });
  const refused = { name: 'InvalidParameterException' };
  await expect(filter({ startTime: 0, startFromHead: false })).rejects.toMatchObject(refused);
  await expect(filter({ logStreamNames: ['one'], logStreamNamePrefix: 'o' })).rejects.toMatchObject(refused);
  await expect(filter({ logGroupIdentifier: paged.logGroupName })).rejects.toMatchObject(refused);
  await expect(filter({ nextToken: 'nonsense' })).rejects.toMatchObject(refused);
});

it('refuses a batch out of order, and says which events were too old or too new', async () => {
  const now = aws.clock.now();
  await expect(put([now, 'b'], [now - 1, 'a'])).rejects.toMatchObject({ name: 'InvalidParameterException' });
  const { rejectedLogEventsInfo } = await put(
    [now - 15 * 86_400_000, 'old'],
    [now, 'now'],
    [now + 3 * 3_600_000, 'new'],
  );
  expect(rejectedLogEventsInfo).toEqual({ tooOldLogEventEndIndex: 1, tooNewLogEventStartIndex: 2 });
});

it('forgets what is older than its retention', async () => {
  await logs.send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays: 1 }));
  await aws.clock.advance(2 * 86_400_000);
  const { events } = await logs.send(new FilterLogEventsCommand({ logGroupName }));
  expect(events).toEqual([]);
  const { logGroups } = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: '/sluice' }));
  expect(logGroups).toMatchObject([
    { retentionInDays: 1, arn: 'arn:aws:logs:us-east-1:111111111111:log-group:/sluice/test:*' },
  ]);
});

it('refuses by name what is not implemented', async () => {
  await expect(
    logs.send(new StartQueryCommand({ logGroupName, startTime: 0, endTime: 1, queryString: 'fields @message' })),
  ).rejects.toThrow('StartQuery');
  await expect(
    logs.send(new CreateLogGroupCommand({ logGroupName: 'x', deletionProtectionEnabled: true })),
  ).rejects.toThrow('deletionProtectionEnabled');
});
