import type { Person } from '../policy/policy.ts';
import { decidesAs } from './principal.ts';

/** The listed person with this e-mail address. */
export function findPerson(people: readonly Person[], email: string): Person | undefined {
  return people.find((person) => person.email.toLowerCase() === email.toLowerCase());
}

/** The listed person an IAM caller decides as: its ARN, or the role of its session. */
export function findPrincipal(people: readonly Person[], callerArn: string): Person | undefined {
  return people.find(({ principal }) => principal !== undefined && decidesAs(principal, callerArn));
}

/** The listed person with this Slack user. */
export function findSlackUser(people: readonly Person[], user: string): Person | undefined {
  return people.find(({ slack }) => slack !== undefined && slack === user);
}
