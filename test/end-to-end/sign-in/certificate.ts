import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** By which a server on loopback is known to who trusts it. */
export interface Certificate {
  readonly key: string;
  readonly certificate: string;
  /** Where the certificate lies, for `NODE_EXTRA_CA_CERTS`. */
  readonly file: string;
  readonly remove: () => void;
}

/** Makes one for 127.0.0.1, which nobody trusts but who is told to. @throws Error where there is no OpenSSL */
export function makeCertificate(): Certificate {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-certificate-'));
  const [key, file] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'],
      ...['-keyout', key, '-out', file, '-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'],
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  return {
    key: readFileSync(key, 'utf8'),
    certificate: readFileSync(file, 'utf8'),
    file,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
