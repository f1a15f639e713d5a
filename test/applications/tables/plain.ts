import type { Application } from '../application.ts';

const network = { SubnetIds: 'subnet-0a1b2c3d4e5f60718', SecurityGroupIds: 'sg-0a1b2c3d4e5f60718' };

/** CloudFormation by hand. */
export const plain: readonly Application[] = [
  {
    ...{ name: 'receipts', kind: 'plain', quick: true },
    features: ['alias and version', 'topic', 'table', 'mapping', 'retained data', 'nodejs22.x'],
    ways: [{ invoke: 'Live' }, { publish: 'Announcements' }],
  },
  {
    ...{ name: 'guestbook', kind: 'plain' },
    features: ['JSON', 'HTTP API by routes', 'code in the template', 'named role and function', 'guard'],
    ways: [{ get: 'Url', path: '/guests', answers: { path: '/guests' } }],
    manifest: { template: 'template.json', guard: ['Guests'] },
  },
  {
    ...{ name: 'web', kind: 'plain' },
    features: ['HTTP API with a body', 'HTTP API by quick create', 'guard'],
    ways: [
      { get: 'PagesUrl', path: '/page', answers: { page: '/page' } },
      { get: 'QuickUrl', path: '/any', answers: { page: '/any' } },
    ],
    manifest: { guard: ['Page'] },
  },
  {
    ...{ name: 'approvals', kind: 'plain', quick: true },
    features: ['state machine in JSONata, by name', 'code outside of the folder', 'alias and version'],
    ways: [{ start: 'Machine' }],
  },
  {
    ...{ name: 'batch', kind: 'plain' },
    features: ['VPC', 'layer', 'SQS', 'Scheduler', 'list parameters', 'guard'],
    ways: [{ send: 'Work' }],
    manifest: { guard: ['Run'], parameters: { staging: network, open: network } },
  },
];
