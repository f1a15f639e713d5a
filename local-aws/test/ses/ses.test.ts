import {
  CreateEmailIdentityCommand,
  CreateEmailTemplateCommand,
  SendEmailCommand,
  SESv2Client,
} from '@aws-sdk/client-sesv2';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startLocalAws, type LocalAws } from '../../aws.ts';
import type { Observation } from '../../kernel/observation.ts';

let aws: LocalAws;
let client: SESv2Client;

beforeAll(async () => {
  aws = await startLocalAws({ pace: 'manual', busyRate: 0 });
  client = aws.client(SESv2Client, { account: '111111111111', region: 'us-east-1' });
});
afterAll(() => aws.close());

const Simple = { Subject: { Data: 'Hello' }, Body: { Text: { Data: 'text' }, Html: { Data: '<p>html</p>' } } };
const send = (FromEmailAddress: string, ToAddresses: string[]) =>
  client.send(new SendEmailCommand({ FromEmailAddress, Destination: { ToAddresses }, Content: { Simple } }));

it('captures what a verified identity sends, and counts each recipient', async () => {
  const seen: (Observation & { readonly kind: 'email' })[] = [];
  const stop = aws.kernel.onObservation((observation) => {
    if (observation.kind === 'email') seen.push(observation);
  });
  await client.send(new CreateEmailIdentityCommand({ EmailIdentity: 'example.com' }));
  await send('Sluice <sluice@mail.example.com>', ['a@example.org', 'b@example.org']);
  stop();
  const id = seen[0]?.messageId;
  expect(id).toMatch(/^<[0-9a-f-]+@email\.amazonses\.com>$/);
  expect(seen).toEqual([
    {
      kind: 'email',
      account: '111111111111',
      to: ['a@example.org', 'b@example.org'],
      subject: 'Hello',
      text: 'text',
      html: '<p>html</p>',
      messageId: id,
    },
  ]);
  expect(aws.meters.read().emails).toBe(2);
});

it('takes headers of the message, but none that it sets itself', async () => {
  const withHeader = (Name: string) =>
    client.send(
      new SendEmailCommand({
        FromEmailAddress: 'sluice@example.com',
        Destination: { ToAddresses: ['a@example.org'] },
        Content: { Simple: { ...Simple, Headers: [{ Name, Value: '<1@email.amazonses.com>' }] } },
      }),
    );
  await expect(withHeader('References')).resolves.toHaveProperty('MessageId');
  await expect(withHeader('Message-ID')).rejects.toThrow('Message-ID is set by SES');
});

it('rejects who is not verified', async () => {
  await expect(send('somebody@elsewhere.net', ['a@example.org'])).rejects.toMatchObject({ name: 'MessageRejected' });
});

it('refuses by name what is not implemented', async () => {
  const raw = new SendEmailCommand({ Content: { Raw: { Data: Buffer.from('x') } } });
  await expect(client.send(raw)).rejects.toThrow(/Raw in Content/);
  const template = new CreateEmailTemplateCommand({ TemplateName: 't', TemplateContent: {} });
  await expect(client.send(template)).rejects.toThrow(/CreateEmailTemplate/);
});
