import { existsSync, readFileSync, statSync } from 'node:fs';
import { readJson, readUtf8 } from '../../core/artifact/json-text.ts';
import { checkPolicy } from '../../core/policy/check-policy.ts';
import type { Policy } from '../../core/policy/policy.ts';
import { locatePolicyProblems, policyProblemLines } from '../../core/policy/problem-lines.ts';
import { CommandError, exitCode } from '../exit-codes.ts';

/** The platform team's policy. @param now ISO 8601 @throws CommandError listing everything that is wrong with it */
export function readPolicyFrom(file: string, now: string): Policy {
  if (!existsSync(file) || !statSync(file).isFile())
    throw new CommandError(
      `There is no file ${file}: --policy names the platform team's policy.json.`,
      exitCode.badInput,
      { code: 'cli.file-missing' },
    );
  const bytes = readFileSync(file);
  const json = readJson(bytes);
  if ('fault' in json)
    throw new CommandError(`The policy ${file} ${json.fault}: ${json.advice}.`, exitCode.badInput, {
      code: 'cli.policy-not-json',
    });
  const reading = checkPolicy(json.document, now);
  if ('policy' in reading) return reading.policy;
  const source = { file, text: readUtf8(bytes) ?? '' };
  const lines = policyProblemLines(reading.problems, source);
  throw new CommandError(`The policy ${file} is wrong:\n${lines.join('\n')}`, exitCode.badInput, {
    code: 'cli.policy-wrong',
    problems: locatePolicyProblems(reading.problems, source),
  });
}
