/**
 * IAM and STS: roles, users, managed and inline policies, boundaries, and a real decision on every call.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/welcome.html
 * https://docs.aws.amazon.com/STS/latest/APIReference/welcome.html
 */
import type { Kernel } from '../../kernel/kernel.ts';
import type { IdentityPort } from '../../kernel/ports.ts';
import type { Service } from '../../kernel/service.ts';
import { Directory } from './directory.ts';
import { identityPolicyOperations } from './identity-policy-operations.ts';
import { managedPolicyOperations } from './managed-policy-operations.ts';
import { createIdentityPort } from './port.ts';
import { roleOperations } from './role-operations.ts';
import { Sessions } from './sessions.ts';
import { stsOperations } from './sts-operations.ts';
import { userOperations } from './user-operations.ts';

/** The services `iam` and `sts`, and the port by which every other service authorises. */
export function createIdentity(kernel: Kernel): { services: Service[]; port: IdentityPort } {
  const directory = new Directory();
  const sessions = new Sessions(kernel.clock, directory);
  const iam: Service = {
    signingName: 'iam',
    documentation:
      'Roles, users, access keys, inline and managed policies, boundaries, tags. https://docs.aws.amazon.com/IAM/latest/APIReference/welcome.html',
    operations: [
      ...roleOperations(kernel, directory),
      ...identityPolicyOperations(directory),
      ...managedPolicyOperations(kernel, directory),
      ...userOperations(kernel, directory, sessions),
    ],
  };
  const sts: Service = {
    signingName: 'sts',
    documentation:
      'AssumeRole with session policies, tags, external id and source identity; GetCallerIdentity. https://docs.aws.amazon.com/STS/latest/APIReference/welcome.html',
    operations: stsOperations(directory, sessions),
  };
  return { services: [iam, sts], port: createIdentityPort(kernel, directory, sessions) };
}
