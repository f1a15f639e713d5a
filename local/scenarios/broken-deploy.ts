import { replaceInFile } from '../scenario-runner.ts';
import type { Scenario } from './scenario.ts';

/** A template that CloudFormation accepts, and that fails while it is deployed, in production only. */
export const brokenDeploy: Scenario = {
  name: 'broken-deploy',
  description: 'version 2’s template fails in production: version 1 keeps serving, and the release ends RolledBack',
  expectedEnds: ['Succeeded', 'RolledBack'],
  expectedLive: { staging: '1.1.0', production: '1.0.0' },
  run: async (runner) => {
    const first = runner.pack('v1');
    await runner.release(first.key, first.bytes);
    const broken = runner.pack('v2', (folder) => {
      // In production the receipts function gets a timeout that Lambda refuses.
      replaceInFile(folder, 'template.yaml', 'Resources:\n', `${CONDITION}\nResources:\n`);
      replaceInFile(
        folder,
        'template.yaml',
        'MemorySize: 128\n      Timeout: 10',
        'MemorySize: 128\n      Timeout: !If [InProduction, 901, 10]',
      );
    });
    await runner.release(broken.key, broken.bytes);
  },
};

const CONDITION = `Conditions:
  InProduction: !Equals [!Ref AWS::AccountId, '333333333333']
`;
