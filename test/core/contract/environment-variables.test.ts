import { describe, expect, it } from 'vitest';
import { environmentSchemas, environmentVariableNames } from '../../../core/contract/environment-variables.ts';
import { allTasks, taskName } from '../../../core/contract/tasks.ts';

describe('the environment of a function', () => {
  it('is exactly what it needs', () => {
    expect(environmentVariableNames('read')).toEqual([
      'POWERTOOLS_SERVICE_NAME',
      'POWERTOOLS_LOG_LEVEL',
      'SLUICE_LEDGER_TABLE',
      'SLUICE_EVIDENCE_BUCKET',
      'SLUICE_DIGEST_BUCKET',
    ]);
    const given = {
      POWERTOOLS_SERVICE_NAME: 'read',
      POWERTOOLS_LOG_LEVEL: 'INFO',
      SLUICE_LEDGER_TABLE: 'sluice-ledger',
      SLUICE_EVIDENCE_BUCKET: 'sluice-evidence',
      SLUICE_DIGEST_BUCKET: 'sluice-digests',
    };
    expect(environmentSchemas.read.parse({ ...given, PATH: '/bin' })).toEqual(given);
    expect(environmentSchemas.read.safeParse({ ...given, SLUICE_LEDGER_TABLE: '' }).success).toBe(false);
    expect(environmentSchemas.gate.safeParse(given).success).toBe(false);
  });
});

describe('tasks', () => {
  it('carry their own name, and the waits a list of all', () => {
    expect([...taskName.options].sort()).toEqual(Object.keys(allTasks).sort());
    for (const [name, { input }] of Object.entries(allTasks)) expect(input.shape.task.value).toBe(name);
  });
});
