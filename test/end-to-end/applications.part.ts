import { afterAll, beforeAll } from 'vitest';
import type { Sandbox } from '../../local/sandbox.ts';
import { TransitionRecorder } from '../../local/transition-recorder.ts';
import { describeApplications } from '../applications/suite.ts';
import { applications } from '../applications/table.ts';
import { RuleChecker } from './rules/rule-checker.ts';
import { enterSandbox } from './shared-sandbox.ts';

// Six of the applications that `npm run test:applications` releases.

let stage: { sandbox: Sandbox; recorder: TransitionRecorder; rules: RuleChecker };
beforeAll(async () => {
  const sandbox = await enterSandbox();
  stage = { sandbox, recorder: new TransitionRecorder(sandbox.aws), rules: new RuleChecker(sandbox.aws) };
});
afterAll(() => stage.sandbox.close());

describeApplications(
  applications.filter(({ quick }) => quick),
  () => stage,
);
