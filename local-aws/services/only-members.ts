import { NotImplemented } from '../kernel/errors.ts';

/** Refuses members of a nested structure that are not implemented, as the kernel does for an operation's own. */
export function onlyMembers(value: object | undefined, accepted: readonly string[], where: string): void {
  for (const [member, given] of Object.entries(value ?? {}))
    if (given !== undefined && !accepted.includes(member)) throw new NotImplemented(`${member} in ${where}`);
}
