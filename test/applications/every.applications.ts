import { afterAll, beforeAll, inject } from 'vitest';
import type { Sandbox } from '../../local/sandbox.ts';
import { TransitionRecorder } from '../../local/transition-recorder.ts';
import { openSandbox } from '../end-to-end/open-sandbox.ts';
import { RuleChecker } from '../end-to-end/rules/rule-checker.ts';
import { describeApplications } from './suite.ts';
import { applications } from './table.ts';

// `npm run test:applications`: all that teams bring, in one sandbox.

let stage: { sandbox: Sandbox; recorder: TransitionRecorder; rules: RuleChecker };
beforeAll(async () => {
  const sandbox = await openSandbox({ pace: 'max', synthesized: inject('synthesizedForMany') });
  stage = { sandbox, recorder: new TransitionRecorder(sandbox.aws), rules: new RuleChecker(sandbox.aws) };
});
afterAll(() => stage.sandbox.close());

describeApplications(applications, () => stage);
