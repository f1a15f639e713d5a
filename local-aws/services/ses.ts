/**
 * SES v2: e-mail identities and SendEmail with simple content. Identities made here count as verified, the account as out
 * of the sandbox; what is sent is captured for observers and goes nowhere.
 * https://docs.aws.amazon.com/ses/latest/APIReference-V2/
 */
import { randomUUID } from 'node:crypto';
import {
  CreateEmailIdentityCommand,
  DeleteEmailIdentityCommand,
  GetEmailIdentityCommand,
  ListEmailIdentitiesCommand,
  type MessageHeader,
  SendEmailCommand,
} from '@aws-sdk/client-sesv2';
import { AwsError } from '../kernel/errors.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Caller } from '../kernel/principal.ts';
import { operation, type AnyOperation, type Service } from '../kernel/service.ts';
import { onlyMembers } from './only-members.ts';

/** Identities by account and region, each with its tags. */
type Identities = Map<string, Map<string, Map<string, string>>>;

export function createSes(kernel: Kernel): { services: Service[] } {
  const identities: Identities = new Map();
  return {
    services: [
      {
        signingName: 'ses',
        documentation:
          'E-mail identities, SendEmail with simple content; captured, never delivered. ' +
          'https://docs.aws.amazon.com/ses/latest/APIReference-V2/',
        operations: [...identityOperations(identities), sendOperation(kernel, identities)],
      },
    ],
  };
}

function identitiesOf(identities: Identities, { account, region }: Caller): Map<string, Map<string, string>> {
  const key = `${account} ${region}`;
  const own = identities.get(key) ?? new Map<string, Map<string, string>>();
  identities.set(key, own);
  return own;
}

function identityArn(name: string | undefined, { account, region }: Caller): string {
  return `arn:aws:ses:${region}:${account}:identity/${name ?? ''}`;
}

function identityOperations(identities: Identities): AnyOperation[] {
  const on =
    (action: string) =>
    (input: { EmailIdentity: string | undefined }, { caller }: { caller: Caller }) => ({
      action: `ses:${action}`,
      resource: identityArn(input.EmailIdentity, caller),
    });
  const kind = (name: string) => (name.includes('@') ? ('EMAIL_ADDRESS' as const) : ('DOMAIN' as const));
  const absent = (name: string): never => {
    throw new AwsError('NotFoundException', `Email identity ${name} does not exist.`, 404);
  };
  return [
    operation({
      command: CreateEmailIdentityCommand,
      accepts: ['EmailIdentity', 'Tags'],
      authorize: on('CreateEmailIdentity'),
      handle: async ({ EmailIdentity: name = '', Tags = [] }, { caller }) => {
        const own = identitiesOf(identities, caller);
        if (own.has(name)) throw new AwsError('AlreadyExistsException', `Email identity ${name} already exist.`);
        own.set(name, new Map(Tags.map(({ Key = '', Value = '' }) => [Key, Value])));
        return { IdentityType: kind(name), VerifiedForSendingStatus: true };
      },
    }),
    operation({
      command: GetEmailIdentityCommand,
      accepts: ['EmailIdentity'],
      authorize: on('GetEmailIdentity'),
      handle: async ({ EmailIdentity: name = '' }, { caller }) => {
        const tags = identitiesOf(identities, caller).get(name) ?? absent(name);
        return {
          IdentityType: kind(name),
          FeedbackForwardingStatus: true,
          VerifiedForSendingStatus: true,
          VerificationStatus: 'SUCCESS' as const,
          Tags: [...tags].map(([Key, Value]) => ({ Key, Value })),
        };
      },
    }),
    operation({
      command: DeleteEmailIdentityCommand,
      accepts: ['EmailIdentity'],
      authorize: on('DeleteEmailIdentity'),
      handle: async ({ EmailIdentity: name = '' }, { caller }) => {
        if (!identitiesOf(identities, caller).delete(name)) absent(name);
        return {};
      },
    }),
    operation({
      command: ListEmailIdentitiesCommand,
      accepts: [],
      authorize: () => ({ action: 'ses:ListEmailIdentities', resource: '*' }),
      handle: async (_input, { caller }) => ({
        EmailIdentities: [...identitiesOf(identities, caller).keys()].map((name) => ({
          IdentityType: kind(name),
          IdentityName: name,
          SendingEnabled: true,
          VerificationStatus: 'SUCCESS' as const,
        })),
      }),
    }),
  ];
}

/** `Somebody <somebody@example.com>` and its plain form. */
function addressOf(text: string | undefined): string {
  return (/<([^>]+)>\s*$/.exec(text ?? '')?.[1] ?? text ?? '').trim();
}

/** Headers of the message's own, by name. */
function headersOf(headers: readonly MessageHeader[]): Record<string, string> {
  return Object.fromEntries(headers.map(({ Name = '', Value = '' }) => [Name, Value]));
}

/** The identity that lets an address send: the address itself, else its domain or one above it. */
function identityFor(own: ReadonlyMap<string, unknown>, address: string): string | undefined {
  if (own.has(address)) return address;
  const labels = (address.split('@')[1] ?? '').split('.');
  return labels.map((_label, index) => labels.slice(index).join('.')).find((domain) => own.has(domain));
}

/** Headers that SES itself sets for simple content. */
const setBySes = new Set(
  [
    'BCC',
    'CC',
    'Content-Disposition',
    'Content-Type',
    'Date',
    'From',
    'Message-ID',
    'MIME-Version',
    'Reply-To',
    'Return-Path',
    'Subject',
    'To',
  ].map((name) => name.toLowerCase()),
);

function sendOperation(kernel: Kernel, identities: Identities): AnyOperation {
  return operation({
    command: SendEmailCommand,
    accepts: ['FromEmailAddress', 'Destination', 'ReplyToAddresses', 'Content', 'EmailTags'],
    authorize: (input, { caller }) => {
      const address = addressOf(input.FromEmailAddress);
      const { ToAddresses = [], CcAddresses = [], BccAddresses = [] } = input.Destination ?? {};
      return {
        action: 'ses:SendEmail',
        resource: identityArn(identityFor(identitiesOf(identities, caller), address) ?? address, caller),
        context: {
          'ses:FromAddress': address,
          'ses:Recipients': [...ToAddresses, ...CcAddresses, ...BccAddresses].map(addressOf),
          'ses:ApiVersion': '2',
        },
      };
    },
    handle: async (input, { caller }) => {
      onlyMembers(input.Content, ['Simple'], 'Content of ses:SendEmail');
      onlyMembers(input.Content?.Simple, ['Subject', 'Body', 'Headers'], 'Content.Simple of ses:SendEmail');
      const { ToAddresses = [], CcAddresses = [], BccAddresses = [] } = input.Destination ?? {};
      const to = [...ToAddresses, ...CcAddresses, ...BccAddresses];
      const address = addressOf(input.FromEmailAddress);
      if (identityFor(identitiesOf(identities, caller), address) === undefined)
        throw new AwsError(
          'MessageRejected',
          `Email address is not verified. The following identities failed the check in region ${caller.region.toUpperCase()}: ${address}`,
        );
      if (to.length === 0) throw new AwsError('BadRequestException', 'At least one recipient must be specified.');
      if ((input.Content?.Simple?.Headers ?? []).length > 15)
        throw new AwsError('BadRequestException', 'A message takes at most 15 headers.');
      // https://docs.aws.amazon.com/ses/latest/dg/header-fields.html
      const own = (input.Content?.Simple?.Headers ?? []).find(({ Name = '' }) => setBySes.has(Name.toLowerCase()));
      if (own !== undefined)
        throw new AwsError('BadRequestException', `Header ${own.Name} is set by SES, and cannot be given.`);
      if (to.length > 50) throw new AwsError('BadRequestException', 'Recipient count exceeds 50.');
      const { Subject, Body, Headers } = input.Content?.Simple ?? {};
      if (Body?.Text?.Data === undefined && Body?.Html?.Data === undefined)
        throw new AwsError('BadRequestException', 'The message has no body.');
      // Every recipient is billed as an e-mail.
      kernel.meters.count('emails', caller.account, address, to.length);
      const id = `0100${randomUUID()}-000000`;
      kernel.observe({
        kind: 'email',
        account: caller.account,
        to,
        subject: Subject?.Data ?? '',
        text: Body.Text?.Data ?? '',
        ...(Body.Html?.Data === undefined ? {} : { html: Body.Html.Data }),
        ...(Headers === undefined ? {} : { headers: headersOf(Headers) }),
        messageId: `<${id}@${caller.region === 'us-east-1' ? 'email' : caller.region}.amazonses.com>`,
      });
      return { MessageId: id };
    },
  });
}
