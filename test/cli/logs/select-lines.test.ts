import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { functionPattern, linesOfFunction, linesOfMachine } from '../../../cli/logs/select-lines.ts';

const release = 'orders-1.4.2-a1';
const at = Date.parse('2026-11-20T10:00:00.000Z');
const stored = (message: unknown, id = '1') => ({
  id,
  at,
  message: typeof message === 'string' ? message : JSON.stringify(message),
});
const ofDeploy = {
  ...{
    level: 'INFO',
    message: 'Prepared',
    timestamp: '2026-11-20T10:00:00.000Z',
    service: 'sluice',
    function: 'deploy',
  },
  ...{ requestId: 'r-1', release, environment: 'staging', account: '222222222222', region: 'us-east-1', changes: 3 },
};

describe('lines of a function', () => {
  const select = (...messages: readonly unknown[]) =>
    linesOfFunction(
      'deploy',
      release,
      messages.map((one, index) => stored(one, String(index))),
      new Set(),
    );

  it('are those that name the release, with what else they say', () => {
    const [line, ...others] = select(ofDeploy, { ...ofDeploy, release: 'orders-1.4.2-a12' }, 'END RequestId: r-1');
    expect(others).toEqual([]);
    expect(line).toEqual({
      ...{ id: '0', at: '2026-11-20T10:00:00.000Z', source: 'deploy', level: 'INFO', message: 'Prepared' },
      ...{ environment: 'staging', account: '222222222222', region: 'us-east-1' },
      details: { requestId: 'r-1', changes: 3 },
    });
  });

  it.each([
    ['the release at the end of a sentence', `Superseded by ${release}.`, 1],
    ['its execution', `arn:aws:states:us-east-1:111111111111:execution:sluice-release:${release}`, 1],
    ['a later attempt', 'orders-1.4.2-a10', 0],
    ['a service that ends so', `my-${release}`, 0],
    ['a version that is like it', 'orders-1x4.2-a1', 0],
  ])('name %s', (_, message, count) => {
    expect(select({ level: 'INFO', message }, message)).toHaveLength(2 * count);
  });

  it('say that Lambda killed the function, in an invocation about the release', () => {
    const timedOut = (request: string) => `2026-11-20T10:15:00.000Z ${request} Task timed out after 900.01 seconds\n\n`;
    const exited = 'RequestId: r-1 Error: Runtime exited with error: signal: killed\nRuntime.ExitError';
    const lines = select(ofDeploy, timedOut('r-1'), timedOut('r-2'), exited);
    expect(lines.map(({ level, message }) => [level, message])).toEqual([
      ['INFO', 'Prepared'],
      ['ERROR', timedOut('r-1').trim()],
      ['ERROR', exited],
    ]);
  });

  it('are found later, where the line that names the release was read before', () => {
    const requests = new Set<string>();
    linesOfFunction('deploy', release, [stored(ofDeploy)], requests);
    const later = [stored('2026-11-20T10:15:00.000Z r-1 Task timed out after 900.01 seconds', '2')];
    expect(linesOfFunction('deploy', release, later, requests)).toHaveLength(1);
  });

  it('are found by a pattern of terms, of which one has to be there', () => {
    expect(functionPattern(release)).toBe(`?"${release}" ?"Task timed out after" ?"Runtime exited"`);
  });
});

describe('lines of a state machine', () => {
  const arn = (machine: string, name: string) =>
    `arn:aws:states:eu-west-1:111111111111:execution:sluice-${machine}:${name}`;
  const event = (execution: string) => ({
    id: '7',
    type: 'TaskFailed',
    details: { error: 'Refused' },
    execution_arn: execution,
  });
  const digest = createHash('sha256').update(arn('release', release)).digest('hex').slice(0, 16);

  it('are those of its execution', () => {
    const lines = linesOfMachine('release', release, [
      stored(event(arn('release', release))),
      stored(event(arn('release', 'orders-1.4.2-a2'))),
      stored('no document'),
    ]);
    expect(lines).toMatchObject([
      { source: 'release', level: 'ERROR', message: 'TaskFailed', details: { error: 'Refused' } },
    ]);
  });

  it('are those of what it starts in its targets, which have a digest of its ARN in their names', () => {
    const name = `staging-222222222222-eu-west-1-${digest}-0`;
    const other = `staging-222222222222-eu-west-1-${'0'.repeat(16)}-0`;
    const events = [name, other].map((one) => stored(event(arn('deploy-target', one))));
    const found = linesOfMachine('deploy-target', release, events);
    expect(found.map(({ details }) => details['execution'])).toEqual([arn('deploy-target', name)]);
  });
});
