import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { idleJudges, judgeOf } from './judges.ts';
import { stepsOf } from './page.ts';

const steps = stepsOf(readFileSync('docs/first-service.md', 'utf8'));
const commands = steps.flatMap((step) => (step.kind === 'command' ? [step.line] : []));

it('has commands that `npm run test:first-service` knows how to judge, each one', () => {
  expect(commands.length).toBeGreaterThan(20);
  for (const line of commands) expect(judgeOf(line).command).toBeInstanceOf(RegExp);
  expect(() => judgeOf('rm -rf /')).toThrow('Nothing knows how to judge the command: rm -rf /');
  expect(idleJudges(commands)).toEqual([]);
});

it('changes what its files have, as far as it shows them', () => {
  const texts = new Map<string, string>();
  for (const step of steps) {
    if (step.kind === 'file') texts.set(step.path, step.text);
    const before = step.kind === 'change' ? texts.get(step.path) : undefined;
    if (step.kind !== 'change' || before === undefined) continue;
    expect(before.split(step.from)).toHaveLength(2);
    texts.set(step.path, before.replace(step.from, step.to));
  }
  expect(texts.get('../hello/src/index.js')).toContain('Hello, AWS');
});

it('refuses a block that it does not understand', () => {
  expect(() => stepsOf('```sh\nls\n```\n')).toThrow('neither a file nor commands');
});
