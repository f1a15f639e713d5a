import { afterEach, expect, it, vi } from 'vitest';
import { clientSecretOnDemand } from '../../../adapters/oidc/client-secret.ts';
import { createObservability } from '../../../adapters/powertools/observability.ts';
import { describeRefusal } from '../../../engine/http/refusals.ts';

afterEach(() => vi.unstubAllEnvs());

it('a secret that cannot be read is named in the log, and not to browsers', async () => {
  const environment = { AWS_ENDPOINT_URL: 'http://127.0.0.1:9', AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'x' }; // prettier-ignore
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  const failure: unknown = await clientSecretOnDemand(createObservability('sign-in'), 'sluice/client')
    .read()
    .catch((problem: unknown) => problem);
  const { status, document } = describeRefusal(failure);
  expect([status, document.code]).toEqual([503, 'SLUICE-909']);
  expect(JSON.stringify(document)).not.toContain('sluice/client');
  expect(failure).toHaveProperty(
    'cause.message',
    expect.stringMatching(/^The secret sluice\/client, .+ cannot be read/),
  );
});
