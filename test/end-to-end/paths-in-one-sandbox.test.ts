import { afterAll, describe } from 'vitest';
import { closeShared } from './shared-sandbox.ts';

// The ways that releases go, also where somebody or something disturbs them. Each part has services of its own; `-t "monitoring"` runs
// one alone. Monitoring comes first, because how often the reconciler runs is part of what is tested.

afterAll(closeShared);

describe('monitoring', async () => {
  await import('./monitoring.part.ts');
});
describe('workflow paths', async () => {
  await import('./workflow-paths.part.ts');
});
describe('stopped executions', async () => {
  await import('./stopped-executions.part.ts');
});
describe('states of stacks', async () => {
  await import('./stack-states.part.ts');
});
