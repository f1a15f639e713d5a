import {
  LambdaClient,
  GetFunctionConfigurationCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { engineParameterName, engineRoleName } from '../../core/contract/names.ts';
import { readPolicy } from '../../core/policy/policy.ts';
import { ENGINE, type Sandbox } from '../sandbox.ts';
import { SlackStandIn } from './stand-in.ts';

/**
 * Starts the stand-in for Slack and connects the engine of a sandbox with it, as its operators do with Slack: the secret, and the
 * URL of the API (docs/slack.md). @param policy file of the policy that was deployed, from the repository's root; undefined for its own, which has no Slack
 */
export async function connectSlack({ aws }: Sandbox, policy: string | undefined): Promise<SlackStandIn | undefined> {
  if (policy === undefined) return undefined;
  const reading = readPolicy(
    z.json().parse(JSON.parse(readFileSync(path.resolve(import.meta.dirname, '../..', policy), 'utf8'))),
  );
  if (!('policy' in reading) || reading.policy.notify?.slack === undefined) return undefined;
  const { people, environments, services } = reading.policy;
  const { secret, team, app, channel } = reading.policy.notify.slack;
  const channels = [
    channel,
    ...Object.values(environments).flatMap(({ approval }) => approval?.slack?.channel ?? []),
    ...Object.values(services).flatMap(({ slack }) => slack ?? []),
  ];
  const users = Object.fromEntries(
    Object.values(people)
      .flat()
      .flatMap(({ slack, name }) => (slack === undefined ? [] : [[slack, name]])),
  );
  const standIn = await SlackStandIn.start({ team, app, channels, users, now: () => aws.clock.now() });
  const { botToken, signingSecret } = standIn;
  await aws
    .client(SecretsManagerClient, ENGINE)
    .send(new CreateSecretCommand({ Name: secret, SecretString: JSON.stringify({ botToken, signingSecret }) }));
  const lambda = aws.client(LambdaClient, ENGINE);
  for (const name of ['notify', 'interact'] as const) {
    const FunctionName = engineRoleName(name);
    const { Environment } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
    // Another URL of the API than Slack's own is set in its place: where the stack sets none, none is.
    if (Environment?.Variables?.['SLACK_API_URL'] === undefined) continue;
    const Variables = { ...Environment.Variables, SLACK_API_URL: standIn.apiUrl };
    await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Environment: { Variables } }));
  }
  const { Parameter } = await aws
    .client(SSMClient, ENGINE)
    .send(new GetParameterCommand({ Name: engineParameterName }));
  const { apiUrl } = z.object({ apiUrl: z.url() }).parse(JSON.parse(Parameter?.Value ?? ''));
  standIn.interactionsUrl = `${apiUrl}/slack/interactions`;
  standIn.commandsUrl = `${apiUrl}/slack/commands`;
  return standIn;
}
