import { expect, it } from 'vitest';
import { checkPolicy } from '../../../core/policy/check-policy.ts';
import { locatePolicyProblems, policyProblemLines } from '../../../core/policy/problem-lines.ts';

const text = `{
  "services": {
    "team-a.*": { "environments": ["staging"] },
    "orders": { "environments": ["staging", "gone"] }
  },
  "environments": {
    "staging": {
      "waves": [
        { "targets": [{ "account": "222222222222", "region": "us-east-1" }] },
        { "targets": [{ "account": "2", "region": "us-east-1" }] }
      ],
      "approval": { "required": 1 },
      "colour": "red"
    }
  },
  "checks": { "allowHosts": [7] }
}
`;

function problemsOf(policy: string) {
  const reading = checkPolicy(JSON.parse(policy), '2026-11-27T12:00:00.000Z');
  return 'problems' in reading ? reading.problems : [];
}

it('each fault of a policy has file, line and column', () => {
  const located = locatePolicyProblems(problemsOf(text), { file: 'policy.json', text });
  const at = Object.fromEntries(located.map(({ path, at: [where] }) => [path, [where?.line, where?.column]]));
  expect(at).toMatchObject({
    'environments.staging.waves[1].targets[0].account': [10, 25],
    // What is missing is looked for where it would be.
    'environments.staging.approval.from': [12, 7],
    'environments.staging.colour': [13, 7],
    'services.orders.environments': [4, 17],
    'checks.allowHosts[0]': [16, 30],
  });
  expect(located.every(({ at: [where], who }) => where?.file === 'policy.json' && who === 'platform')).toBe(true);
});

it('is told in a line each', () => {
  const lines = policyProblemLines(problemsOf(text), { file: 'platform/policy.json', text });
  expect(lines.filter((line) => line.includes('colour'))).toEqual([
    expect.stringMatching(
      /^- .* \(at platform\/policy\.json:13:7; to be mended by the platform team\) \[policy\.unknown-field\]$/,
    ),
  ]);
});

it('names the file alone where a whole section is missing', () => {
  const lines = policyProblemLines(problemsOf('{}'), { file: 'policy.json', text: '{}' });
  expect(lines[0]).toMatch(/^- "services" is missing: .* \(at policy\.json; .*\) \[policy\.missing-field\]$/);
});
