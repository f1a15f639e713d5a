import type { Application } from './application.ts';

/** What teams bring. Written anew, in the shape that public applications of each kind have. */
export const applications: readonly Application[] = [
  {
    ...{ name: 'hello-world', kind: 'sam', quick: true },
    features: ['as `sam init` makes it', 'implicit REST API', 'guard', 'ES module', 'logs in JSON'],
    ways: [{ get: 'HelloWorldApi', answers: { message: 'hello world' } }],
    manifest: { guard: ['HelloWorldFunction'] },
  },
  {
    ...{ name: 'receipts', kind: 'plain', quick: true },
    features: ['alias and version', 'topic', 'table', 'mapping', 'retained data', 'nodejs22.x'],
    ways: [{ invoke: 'Live' }, { publish: 'Announcements' }],
  },
];
