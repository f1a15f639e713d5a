import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { InvokeCommandInput, InvokeCommandOutput } from '@aws-sdk/client-lambda';
import { engineRoleName, functionNames } from '../core/contract/names.ts';

// `npm run invoke -- FUNCTION events/FILE.json`: invokes one function of the engine with one event on the local AWS. The result
// goes to standard output, the log to standard error; the exit code is 1 when the function failed.

const USAGE = `Usage: npm run invoke -- FUNCTION events/FILE.json\nFUNCTION is one of ${functionNames.join(', ')}.\n--synthesized FOLDER deploys the output of \`cdk synth\` in this folder, instead of synthesizing.\n`;

async function invoke(name: string, file: string, synthesized: string | undefined): Promise<number> {
  const FunctionName = engineRoleName(known(name));
  const Payload = readFileSync(file);
  JSON.parse(Payload.toString('utf8'));
  const answer = await invokeInSandbox({ FunctionName, Payload, LogType: 'Tail' }, synthesized);
  process.stderr.write(Buffer.from(answer.LogResult ?? '', 'base64'));
  process.stdout.write(`${Buffer.from(answer.Payload ?? []).toString('utf8')}\n`);
  return answer.FunctionError === undefined ? 0 : 1;
}

async function invokeInSandbox(
  input: InvokeCommandInput,
  synthesized: string | undefined,
): Promise<InvokeCommandOutput> {
  // Whoever has mistyped something need not wait for them.
  const [{ InvokeCommand, LambdaClient }, { ENGINE, startSandbox }] = await Promise.all([
    import('@aws-sdk/client-lambda'),
    import('./sandbox.ts'),
  ]);
  const sandbox = await startSandbox({
    pace: 'real',
    log: (line) => process.stderr.write(`${line}\n`),
    ...(synthesized === undefined ? {} : { synthesized }),
  });
  try {
    return await sandbox.aws.client(LambdaClient, ENGINE).send(new InvokeCommand(input));
  } finally {
    await sandbox.close();
  }
}

function known(name: string): (typeof functionNames)[number] {
  const found = functionNames.find((one) => one === name);
  if (found === undefined) throw new Error(`There is no function ${name}.\n${USAGE}`);
  return found;
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}

async function main(): Promise<number> {
  const options = { synthesized: { type: 'string' } } as const;
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  const [name, file, ...rest] = positionals;
  if (name !== undefined && file !== undefined && rest.length === 0) return invoke(name, file, values.synthesized);
  process.stderr.write(USAGE);
  return 2;
}
