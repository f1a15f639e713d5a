import { readFileSync } from 'node:fs';
import { EngineMisconfigured } from '../../core/contract/errors.ts';
import { type Policy, readPolicy } from '../../core/policy/policy.ts';

/** The policy that was deployed with a function. @throws EngineMisconfigured naming everything that is wrong with it */
export function readPolicyFile(file: string): Policy {
  const document: unknown = JSON.parse(readFileSync(file, 'utf8'));
  const reading = readPolicy(document);
  if ('policy' in reading) return reading.policy;
  const sentences = reading.problems.map(({ message }) => message).join(' ');
  throw new EngineMisconfigured(`The policy deployed with the engine is broken: ${sentences}`);
}
