import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  GetFunctionConfigurationCommand,
  LambdaClient,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';
import { engineRoleName } from '../../../core/contract/names.ts';
import { ENGINE, type Sandbox } from '../../../local/sandbox.ts';
import { type Account, AUDIENCE, signBy, TestProvider } from '../../functions/sign-in/provider.ts';
import { synthesizeAll } from '../synthesize-all.ts';
import { makeCertificate } from './certificate.ts';

/** Who has an account with the issuer. Robin may decide, Eve is none of the policy's people. */
const accounts: Readonly<Record<string, Account>> = {
  robin: { email: 'robin@example.com', verified: true },
  ada: { email: 'ada@example.com', verified: true },
  eve: { email: 'eve@example.com', verified: true },
};
const SECRET = 'a secret of the client';
const policySchema = z.looseObject({ oidc: z.looseObject({}) });

/** What of an issuer is needed to sign in there, to trust it, and to have its tokens: text, so that another process can have it. */
export const issuerAccess = z.object({
  issuer: z.url(),
  /** By which it signs, as PKCS #8. */
  key: z.string(),
  /** What it is trusted by. */
  certificate: z.string(),
  /** The same, in a file. */
  file: z.string(),
});
export type IssuerAccess = z.infer<typeof issuerAccess>;

/** An OpenID provider on loopback, by TLS, as the engine's policy demands it of issuers. */
export interface TestIssuer extends IssuerAccess {
  close(): Promise<void>;
}

/** @param port any that is free, when left out */
export async function startIssuer(port?: number): Promise<TestIssuer> {
  const { key, certificate, file, remove } = makeCertificate();
  const provider = await TestProvider.start({
    // The API gets its port once it is deployed.
    redirectUri: 'http://127.0.0.1/sign-in/return',
    secret: SECRET,
    accounts,
    certificate: { key, certificate },
    ...(port === undefined ? {} : { port }),
  });
  return {
    ...{ issuer: provider.issuer, key: provider.key, certificate, file },
    close: async () => {
      await provider.close();
      remove();
    },
  };
}

/**
 * An access token of Robin's for the API, which may read and act.
 * @param now the engine's, milliseconds since the epoch @param changes of its claims
 */
export function accessToken({ issuer, key }: IssuerAccess, now: number, changes: object = {}): Promise<string> {
  const seconds = Math.floor(now / 1000);
  const claims = { iss: issuer, aud: AUDIENCE, sub: 'robin', iat: seconds, exp: seconds + 3600 };
  const named = { email: 'robin@example.com', email_verified: true, scope: 'releases.read releases.act' };
  return signBy(key, { ...claims, ...named, ...changes }, { typ: 'at+jwt' });
}

/** Stacks by a policy with this issuer. */
export interface SynthesizedWithIssuer {
  readonly folder: string;
  remove(): void;
}

/** Synthesizes the real stacks by `policy.json` beside this file, with the issuer in it. */
export async function synthesizeWith({ issuer }: Pick<IssuerAccess, 'issuer'>): Promise<SynthesizedWithIssuer> {
  const parent = mkdtempSync(join(tmpdir(), 'sluice-sign-in-'));
  const own = policySchema.parse(JSON.parse(readFileSync(new URL('policy.json', import.meta.url), 'utf8')));
  const policy = { ...own, oidc: { ...own.oidc, issuer } };
  const file = join(parent, 'policy.json');
  writeFileSync(file, JSON.stringify(policy));
  await synthesizeAll(parent, new Map([['stacks', file]]));
  return { folder: join(parent, 'stacks'), remove: () => rmSync(parent, { recursive: true, force: true }) };
}

/**
 * Does what the operators of an engine do (docs/sign-in.md): keeps the client's secret. And has the functions trust the issuer's
 * certificate, by Node.js's own variable: no public authority answers for a server on loopback.
 */
export async function connectIssuer(
  { aws }: Pick<Sandbox, 'aws'>,
  { file }: Pick<IssuerAccess, 'file'>,
): Promise<void> {
  await aws
    .client(SecretsManagerClient, ENGINE)
    .send(new CreateSecretCommand({ Name: 'sluice/oidc', SecretString: SECRET }));
  const lambda = aws.client(LambdaClient, ENGINE);
  for (const name of ['sign-in', 'read', 'decide'] as const) {
    const FunctionName = engineRoleName(name);
    const { Environment } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
    const Variables = { ...Environment?.Variables, NODE_EXTRA_CA_CERTS: file };
    await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Environment: { Variables } }));
  }
}
