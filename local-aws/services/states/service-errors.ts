/** What a task fails with when its call is refused. https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html */
import { NormalizedSchema, TypeRegistry } from '@smithy/core/schema';
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
  const { code } = error;
  const { prefix, otherwise } = called;
  return {
    kind: 'failed',
    error: code === 'NotImplementedByLocalAws' ? code : `${prefix}.${exceptionOf(called, code) ?? otherwise}`,
    cause: causeOf(called, error),
  };
}

/** The name of the exception that AWS's SDK for Java has for a code; undefined where it has none of its own. */
function exceptionOf({ codes }: CalledService, code: string): string | undefined {
  const named = code.endsWith('Exception') ? code : `${code}Exception`;
  if ('namespace' in codes) return [code, named].some((name) => isError(codes.namespace, name)) ? named : undefined;
  return codes.has(code) ? named : undefined;
}

/** Whether a shape of the API's model is an error. */
function isError(namespace: string, name: string): boolean {
  try {
    return 'error' in NormalizedSchema.of(TypeRegistry.for(namespace).getSchema(name)).getMergedTraits();
  } catch {
    // The registry knows no other way to say that it has no such shape.
    return false;
  }
}

function causeOf({ service, words }: CalledService, { message, status, code }: AwsError): string {
  const request = randomUUID();
  return words === 1
    ? `${message} (Service: ${service}; Status Code: ${status}; Error Code: ${code}; Request ID: ${request}; Proxy: null)`
    : `${message} (Service: ${service}, Status Code: ${status}, Request ID: ${request})`;
}

/** The metadata that a result carries besides the service's own members. */
export function metadata(status: number): {
  SdkHttpMetadata: { HttpStatusCode: number };
  SdkResponseMetadata: { RequestId: string };
} {
  return { SdkHttpMetadata: { HttpStatusCode: status }, SdkResponseMetadata: { RequestId: randomUUID() } };
}
