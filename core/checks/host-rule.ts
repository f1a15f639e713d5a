import * as z from 'zod';

/** A host that checks may be redirected to: a name, or `*.` and a name for everything below it. */
export const hostPattern = z
  .string()
  .max(253)
  .regex(/^(\*\.)?([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]([a-z0-9-]*[a-z0-9])?$/, {
    error: 'must be a host name such as "login.example.com" or "*.example.com", in lower case',
  });

/** Is the host one of those? As in a URL: lower case, brackets around IPv6. */
export function isNamedHost(host: string, patterns: readonly string[]): boolean {
  const name = host.replace(/\.$/, '');
  return patterns.some((pattern) => (pattern.startsWith('*.') ? name.endsWith(pattern.slice(1)) : name === pattern));
}
