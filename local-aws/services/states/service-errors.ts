import { randomUUID } from 'node:crypto';
import { AwsError } from '../../kernel/errors.ts';
import type { CalledService } from './called-service.ts';
import type { Outcome } from './host.ts';

/**
 * The outcome of a task whose call the service refused: the error is `<service>.<code>`, the exception's own name for
 * errors of the service's API and the service's general one for others (a denied permission above all).
 */
export function refused(called: CalledService, error: unknown): Outcome {
  if (!(error instanceof AwsError)) throw error;
  const { code, message, status } = error;
  const known = called.codes === 'any' ? !code.startsWith('AccessDenied') : called.codes.has(code);
  const exception = known && !code.endsWith('Exception') ? `${code}Exception` : code;
  return {
    kind: 'failed',
    error: code === 'NotImplementedByLocalAws' ? code : `${called.prefix}.${known ? exception : called.otherwise}`,
    cause: `${message} (Service: ${called.service}; Status Code: ${status}; Error Code: ${code}; Request ID: ${randomUUID()}; Proxy: null)`,
  };
}

/** The metadata that a result carries besides the service's own members. */
export function metadata(status: number): {
  SdkHttpMetadata: { HttpStatusCode: number };
  SdkResponseMetadata: { RequestId: string };
} {
  return { SdkHttpMetadata: { HttpStatusCode: status }, SdkResponseMetadata: { RequestId: randomUUID() } };
}
