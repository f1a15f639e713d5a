import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';
import { SlackUnavailable } from '../../core/contract/errors.ts';
import type { Observability } from '../powertools/observability.ts';

/** What the Slack app's secret holds. */
const contentSchema = z.object({ botToken: z.string().min(1), signingSecret: z.string().min(1) });
export type SlackCredentials = z.infer<typeof contentSchema>;

/** The secret of the Slack app. */
export interface SlackSecret {
  /** @param now the present time @param seconds how old what is known may be @throws SlackUnavailable */
  read(now: string, seconds: number): Promise<SlackCredentials>;
}

const time = { requestHandler: { connectionTimeout: 1_000, requestTimeout: 2_000 }, maxAttempts: 2 };

/** @param name of the secret in Secrets Manager; nothing of what it holds is in an error or a log */
export function openSlackSecret(observe: Observability, name: string): SlackSecret {
  const client = observe.client(new SecretsManagerClient(time));
  let known: { readonly credentials: SlackCredentials; readonly at: string } | undefined;
  return {
    read: async (now, seconds) => {
      if (known !== undefined && Date.parse(now) - Date.parse(known.at) < seconds * 1000) return known.credentials;
      const credentials = parse(name, await fetchText(client, name));
      known = { credentials, at: now };
      return credentials;
    },
  };
}

async function fetchText(client: SecretsManagerClient, name: string): Promise<string> {
  try {
    const { SecretString = '' } = await client.send(new GetSecretValueCommand({ SecretId: name }));
    return SecretString;
  } catch (problem) {
    const reason = problem instanceof Error ? `${problem.name}: ${problem.message}` : String(problem);
    throw new SlackUnavailable(`The secret ${name} could not be read: ${reason}`);
  }
}

function parse(name: string, text: string): SlackCredentials {
  const form = `The secret ${name} must hold {"botToken":"…","signingSecret":"…"}`;
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    // The parser's error quotes what it read.
    throw new SlackUnavailable(`${form}, and holds no JSON.`);
  }
  const content = contentSchema.safeParse(document);
  if (content.success) return content.data;
  const missing = content.error.issues.map(({ path }) => path.join('.')).join(', ');
  throw new SlackUnavailable(missing === '' ? `${form}.` : `${form}: look at ${missing}.`);
}
