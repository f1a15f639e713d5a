import type { TestProject } from 'vitest/node';
import { makeCertificate } from './end-to-end/sign-in/certificate.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** By which issuers on loopback are known to the tests. */
    readonly issuerCertificate: { readonly key: string; readonly certificate: string };
  }
}

const variable = 'NODE_EXTRA_CA_CERTS';

/**
 * Gives issuers of tests a certificate, which the processes of the tests trust: the engine asks issuers by TLS alone. Node.js reads
 * the variable when a process begins, so that no test could set it: https://nodejs.org/api/cli.html#node_extra_ca_certsfile
 */
export default function setup(project: TestProject): () => void {
  const before = process.env[variable];
  const { key, certificate, file, remove } = makeCertificate();
  process.env[variable] = file;
  project.provide('issuerCertificate', { key, certificate });
  return () => {
    if (before === undefined) delete process.env[variable];
    else process.env[variable] = before;
    remove();
  };
}
