import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { CommandError, exitCode } from '../exit-codes.ts';

/** What tells a project of a tool that Sluice does not release, by a file or folder of these names. */
const FOREIGN: readonly (readonly [tool: string, mark: RegExp])[] = [
  ['CDK for Terraform', /^cdktf\.json$/],
  ['SST', /^sst\.config\.[cm]?[jt]s$/],
  ['Pulumi', /^Pulumi\.ya?ml$/],
  ['Amplify', /^amplify(\.ya?ml)?$/],
  ['Terraform', /\.tf(\.json)?$/],
  ['Zappa', /^zappa_settings\.(json|toml|ya?ml)$/],
  ['Architect', /^(app\.arc|\.arc)$/],
];

/** Says of a folder without a template which tool it is made for, where that is seen. @throws CommandError */
export function refuseForeign(folder: string): void {
  const names = readdirSync(folder).toSorted();
  if (existsSync(join(folder, '.chalice')))
    throw foreign(
      `${folder} is a Chalice project: "chalice package out" writes a SAM template with its code into "out": run that, and then "sluice init out".`,
    );
  for (const [tool, mark] of FOREIGN) {
    const found = names.find((name) => mark.test(name));
    if (found === undefined) continue;
    throw foreign(
      `${folder} is a project of ${tool} (${found}), which Sluice cannot release: it takes CloudFormation templates, as SAM, the CDK, the Serverless Framework and people write them.`,
    );
  }
}

function foreign(sentence: string): CommandError {
  return new CommandError(sentence, exitCode.badInput, { code: 'cli.application-foreign' });
}
