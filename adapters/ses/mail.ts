import { SendEmailCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import type { Observability } from '../powertools/observability.ts';
import type { Mail } from './message.ts';

/** E-mail by SES. @param sender the From address; its identity must be verified there */
export function openMail(observe: Observability, sender: string): Mail {
  const client = observe.client(new SESv2Client({}));
  return {
    send: async ({ to, subject, text, html }) => {
      await client.send(
        new SendEmailCommand({
          FromEmailAddress: sender,
          Destination: { ToAddresses: [to] },
          Content: {
            Simple: {
              Subject: { Data: subject, Charset: 'UTF-8' },
              Body: { Text: { Data: text, Charset: 'UTF-8' }, Html: { Data: html, Charset: 'UTF-8' } },
            },
          },
        }),
      );
    },
  };
}
