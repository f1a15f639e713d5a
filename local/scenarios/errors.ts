import { replaceInFile } from '../scenario-runner.ts';
import type { Scenario } from './scenario.ts';

const production = '333333333333';

/** Version 2 throws for one request in five: for all, and then for orders of real users alone, which no check sends. */
export const errors: Scenario = {
  name: 'errors',
  description:
    'version 2 throws for 1 in 5 requests and is stopped before any user meets it; a version that throws only for users’ orders is stopped by its alarm at the first weight',
  ends: ['Succeeded', 'RolledBack', 'RolledBack'],
  live: { staging: '1.1.1', production: '1.0.0' },
  play: async (theatre) => {
    await theatre.releaseVersion('v1');
    const users = await theatre.users('production', production, 1);
    await theatre.releaseVersion('v2', (folder) => {
      // Good in staging, so that it comes as far as production.
      replaceInFile(folder, 'orders/index.js', 'async (event) => {', `async (event, context) => {\n  ${EVERYBODY}`);
      replaceInFile(folder, 'orders/index.js', "const VERSION = '1.1.0';", `const VERSION = '1.1.0';\n${COUNTER}`);
    });
    theatre.requireAnswers(users, 'no user meets what its checks refuse', ({ version }) => version === '1.0.0');
    const before = users.answers.length;
    const stopped = await theatre.releaseVersion('v2', (folder) => {
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
    theatre.requireLittleHarm(stopped, users.answers.slice(before), { percent: 10, safe: '1.0.0' });
  },
};

const COUNTER = `let requests = 0;`;
const EVERYBODY = `if (context.invokedFunctionArn.includes(':${production}:') && (requests += 1) % 5 === 0) throw new Error('Version 2 cannot price this');\n`;
const USERS = `if ((requests += 1) % 5 === 0) throw new Error('Version 2 cannot take this order');\n`;
