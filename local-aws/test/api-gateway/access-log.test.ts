import { ApiGatewayV2Client, CreateApiCommand, CreateStageCommand } from '@aws-sdk/client-apigatewayv2';
import { CloudWatchLogsClient, CreateLogGroupCommand, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startLocalAws, type LocalAws } from '../../aws.ts';

const where = { account: '222222222222', region: 'us-east-1' };
const DestinationArn = 'arn:aws:logs:us-east-1:222222222222:log-group:access';

let aws: LocalAws;
beforeEach(async () => {
  aws = await startLocalAws({ pace: 'max' });
});
afterEach(() => aws.close());

/** Makes an API without routes whose stage logs in this format; gives its endpoint. */
async function apiLogging(Format: string): Promise<string> {
  const client = aws.client(ApiGatewayV2Client, where);
  const { ApiId, ApiEndpoint = '' } = await client.send(new CreateApiCommand({ Name: 'logged', ProtocolType: 'HTTP' }));
  const stage = { ApiId, StageName: '$default', AutoDeploy: true, AccessLogSettings: { DestinationArn, Format } };
  await client.send(new CreateStageCommand(stage));
  return ApiEndpoint;
}

it('writes a line for each request, with a dash for what is not known', async () => {
  const logs = aws.client(CloudWatchLogsClient, where);
  await logs.send(new CreateLogGroupCommand({ logGroupName: 'access' }));
  const endpoint = await apiLogging('$context.httpMethod $context.path $context.status $context.identity.userArn');
  expect((await fetch(`${endpoint}/nowhere`)).status).toBe(404);
  await aws.clock.idle();
  const { events = [] } = await logs.send(new FilterLogEventsCommand({ logGroupName: 'access' }));
  expect(events.map(({ message }) => message)).toEqual(['GET /nowhere 404 -']);
});

it('refuses a variable it does not know, by name', async () => {
  await expect(apiLogging('$context.moonPhase')).rejects.toThrow(/\$context\.moonPhase/);
});

it('answers although the log group is gone', async () => {
  const endpoint = await apiLogging('$context.requestId');
  expect((await fetch(endpoint)).status).toBe(404);
  await aws.clock.idle();
});
