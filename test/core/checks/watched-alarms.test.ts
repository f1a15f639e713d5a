import { describe, expect, it } from 'vitest';
import { groupAlarms, leftOutAlarms } from '../../../core/checks/watched-alarms.ts';

describe('the alarms that are watched', () => {
  it('are also those that only the release that was live names', () => {
    const former = { release: 'orders-1.0.0-a1', alarms: ['Errors', 'Latency'] };
    expect(leftOutAlarms(['Latency', 'Depth'], former)).toEqual(['Errors']);
    expect(leftOutAlarms([], former)).toEqual(['Errors', 'Latency']);
    expect(leftOutAlarms(['Latency'], undefined)).toEqual([]);
  });

  it('are as many in a deployment group as CodeDeploy takes, each once', () => {
    const names = Array.from({ length: 12 }, (_, index) => `alarm-${index}`);
    expect(groupAlarms([...names, 'alarm-0'])).toEqual(names.slice(0, 10));
    expect(groupAlarms(['a', 'a', 'b'])).toEqual(['a', 'b']);
  });
});
