import { afterAll, beforeAll } from 'vitest';
import type { Sandbox } from '../../local/sandbox.ts';
import { TransitionRecorder } from '../../local/transition-recorder.ts';
import { RuleChecker } from '../end-to-end/rules/rule-checker.ts';
import { closeShared, enterSandbox } from '../end-to-end/shared-sandbox.ts';
import { describeApplications } from './suite.ts';
import { applications } from './table.ts';

// `npm run test:applications`: all that teams bring, in one sandbox.

let stage: { sandbox: Sandbox; recorder: TransitionRecorder; rules: RuleChecker };
beforeAll(async () => {
  const sandbox = await enterSandbox();
  stage = { sandbox, recorder: new TransitionRecorder(sandbox.aws), rules: new RuleChecker(sandbox.aws) };
});
afterAll(async () => {
  await stage.sandbox.close();
  await closeShared();
});

describeApplications(applications, () => stage);
