import { SESv2Client } from '@aws-sdk/client-sesv2';
import { SendEmailCommand } from '@aws-sdk/client-sesv2';
import type { Observability } from '../powertools/observability.ts';

/** One e-mail to one person. */
export interface Message {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** Sends e-mail. */
export interface Mail {
  send(message: Message): Promise<void>;
}

/** @param sender the From address; its identity must be verified in SES. */
function createMail(client: SESv2Client, sender: string): Mail {
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

/** E-mail from the engine's own account. @param sender the From address */
export function openMail(observe: Observability, sender: string): Mail {
  return createMail(observe.client(new SESv2Client({})), sender);
}
