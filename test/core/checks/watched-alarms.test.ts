import { describe, expect, it } from 'vitest';
import { groupAlarms, isWatched, leftOutAlarms, watchedNames } from '../../../core/checks/watched-alarms.ts';

describe('the alarms that are watched', () => {
  it('are also those that only the release that was live names', () => {
    const former = { release: 'orders-1.0.0-a1', alarms: ['Errors', 'Latency'] };
    expect(leftOutAlarms(['Latency', 'Depth'], former)).toEqual(['Errors']);
    expect(leftOutAlarms([], former)).toEqual(['Errors', 'Latency']);
    expect(leftOutAlarms(['Latency'], undefined)).toEqual([]);
  });

  it('are known by their names in CloudWatch, each once, as far as they exist', () => {
    const former = { release: 'orders-1.0.0-a1', alarms: ['Errors', 'Gone'] };
    const physicalIds = new Map([
      ['Latency', 'stack-Latency-1'],
      ['Errors', 'stack-Errors-1'],
    ]);
    const names = watchedNames({ manifest: ['Latency', 'Absent'], former, policy: ['shared', 'shared'] }, physicalIds);
    expect(names).toEqual(['stack-Latency-1', 'stack-Errors-1', 'shared']);
    expect([isWatched(names, 'shared'), isWatched(names, 'Latency'), isWatched(undefined, 'any')]).toEqual([
      true,
      false,
      true,
    ]);
  });

  it('are as many in a deployment group as CodeDeploy takes, each once', () => {
    const names = Array.from({ length: 12 }, (_, index) => `alarm-${index}`);
    expect(groupAlarms([...names, 'alarm-0'])).toEqual(names.slice(0, 10));
    expect(groupAlarms(['a', 'a', 'b'])).toEqual(['a', 'b']);
  });
});
