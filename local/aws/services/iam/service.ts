/**
 * IAM and STS: roles, users, managed and inline policies, boundaries, and a real decision on every call.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/welcome.html
 * https://docs.aws.amazon.com/STS/latest/APIReference/welcome.html
 */
import type { Kernel } from '../../kernel/kernel.ts';
import type { IdentityPort } from '../../kernel/ports.ts';
import type { Service } from '../../kernel/service.ts';
import { Directory } from './directory.ts';
import { createIdentityPort } from './port.ts';
import { Sessions } from './sessions.ts';

/** The services `iam` and `sts`, and the port by which every other service authorises. */
export function createIdentity(kernel: Kernel): { services: Service[]; port: IdentityPort } {
  const directory = new Directory();
  const sessions = new Sessions(kernel.clock, directory);
  const port = createIdentityPort(kernel.clock, directory, sessions);
  return { services: [], port };
}
