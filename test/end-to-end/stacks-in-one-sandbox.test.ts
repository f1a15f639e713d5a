import { afterAll, describe } from 'vitest';
import { closeShared } from './shared-sandbox.ts';

// What stacks of services bring and become. Each part has services of its own; `-t "parameters"` runs one alone.

afterAll(closeShared);

describe('boundaries', async () => {
  await import('./boundary.part.ts');
});
describe('parameters', async () => {
  await import('./parameters.part.ts');
});
describe('published versions', async () => {
  await import('./published-versions.part.ts');
});
describe('aliases', async () => {
  await import('./aliases.part.ts');
});
describe('ways in', async () => {
  await import('./ways-in.part.ts');
});
describe('unproven', async () => {
  await import('./unproven.part.ts');
});
describe('plans', async () => {
  await import('./plans.part.ts');
});
describe('SAM applications', async () => {
  await import('./sam.part.ts');
});
describe('functions with event sources', async () => {
  await import('./event-sources.part.ts');
});
describe('built packages', async () => {
  await import('./built-packages.part.ts');
});
describe('applications', async () => {
  await import('./applications.part.ts');
});
describe('isolation', async () => {
  await import('./isolation.part.ts');
});
