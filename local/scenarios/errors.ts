import { replaceInFile } from '../scenario-runner.ts';
import type { Scenario } from './scenario.ts';

const production = '333333333333';

/** Version 2 throws for one request in five: first for every request, then only for users' orders, which no check sends. */
export const errors: Scenario = {
  name: 'errors',
  description:
    'version 2 throws for 1 in 5 requests and is stopped before it gets users’ traffic; version 2.1 throws only for users’ orders and is stopped by its alarm at the canary',
  expectedEnds: ['Succeeded', 'RolledBack', 'RolledBack'],
  expectedLive: { staging: '1.1.1', production: '1.0.0' },
  run: async (runner) => {
    await runner.releaseVersion('v1');
    const users = await runner.startUsers('production', production, 1);
    await runner.releaseVersion('v2', (folder) => {
      // It passes in staging, so that it gets to production.
      replaceInFile(folder, 'orders/index.js', 'async (event) => {', `async (event, context) => {\n  ${EVERYBODY}`);
      replaceInFile(folder, 'orders/index.js', "const VERSION = '1.1.0';", `const VERSION = '1.1.0';\n${COUNTER}`);
    });
    runner.expectResponses(
      users,
      'no user gets a version that its checks refuse',
      ({ version }) => version === '1.0.0',
    );
    const before = users.responses.length;
    const stopped = await runner.releaseVersion('v2', (folder) => {
      replaceInFile(folder, 'release.json', '"1.1.0"', '"1.1.1"');
      replaceInFile(folder, 'orders/index.js', "const VERSION = '1.1.0';", `const VERSION = '1.1.1';\n${COUNTER}`);
      replaceInFile(
        folder,
        'orders/index.js',
        'async function takeOrder(event) {',
        `async function takeOrder(event) {\n  ${USERS}`,
      );
    });
    users.stop();
    runner.expectLimitedExposure(stopped, users.responses.slice(before), { percent: 10, safe: '1.0.0' });
  },
};

const COUNTER = `let requests = 0;`;
const EVERYBODY = `if (context.invokedFunctionArn.includes(':${production}:') && (requests += 1) % 5 === 0) throw new Error('Version 2 cannot price this');\n`;
const USERS = `if ((requests += 1) % 5 === 0) throw new Error('Version 2 cannot take this order');\n`;
