import { SendEmailCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import { messageIdOf } from '../../core/notify/thread.ts';
import type { Observability } from '../powertools/observability.ts';
import type { Mail } from './message.ts';

/** One recipient who hangs does not keep the others waiting: at most 15 s each. Milliseconds. */
const time = { requestHandler: { connectionTimeout: 2_000, requestTimeout: 5_000 }, maxAttempts: 3 };

/** E-mail by SES. @param sender the From address; its identity must be verified there */
export function openMail(observe: Observability, sender: string): Mail {
  const client = observe.client(new SESv2Client(time));
  return {
    send: async ({ key, to, answers, subject, text, html }) => {
      const { MessageId } = await client.send(
        new SendEmailCommand({
          FromEmailAddress: sender,
          Destination: { ToAddresses: [to] },
          Content: {
            Simple: {
              Subject: { Data: subject, Charset: 'UTF-8' },
              Body: { Text: { Data: text, Charset: 'UTF-8' }, Html: { Data: html, Charset: 'UTF-8' } },
              Headers: [
                { Name: 'X-Sluice-Message', Value: key },
                ...(answers === undefined
                  ? []
                  : ['In-Reply-To', 'References'].map((Name) => ({ Name, Value: answers }))),
              ],
            },
          },
        }),
      );
      return MessageId === undefined ? undefined : messageIdOf(MessageId, await client.config.region());
    },
  };
}
