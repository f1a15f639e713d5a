import { readFileSync } from 'node:fs';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { engineRoleName, functionNames } from '../core/contract/names.ts';
import { ENGINE, startSandbox } from './sandbox.ts';

// `npm run invoke -- FUNCTION events/FILE.json`: invokes one function of the engine with one event on the local AWS. The result
// goes to standard output, the log to standard error; the exit code is 1 when the function failed.

const USAGE = `Usage: npm run invoke -- FUNCTION events/FILE.json\nFUNCTION is one of ${functionNames.join(', ')}.\n`;

async function invoke(name: string, file: string): Promise<number> {
  const event = readFileSync(file);
  JSON.parse(event.toString('utf8'));
  const sandbox = await startSandbox({ pace: 'real', log: (line) => process.stderr.write(`${line}\n`) });
  try {
    const { FunctionError, Payload, LogResult } = await sandbox.aws
      .client(LambdaClient, ENGINE)
      .send(new InvokeCommand({ FunctionName: engineRoleName(known(name)), Payload: event, LogType: 'Tail' }));
    process.stderr.write(Buffer.from(LogResult ?? '', 'base64'));
    process.stdout.write(`${Buffer.from(Payload ?? []).toString('utf8')}\n`);
    return FunctionError === undefined ? 0 : 1;
  } finally {
    await sandbox.close();
  }
}

function known(name: string): (typeof functionNames)[number] {
  const found = functionNames.find((one) => one === name);
  if (found === undefined) throw new Error(`There is no function ${name}.\n${USAGE}`);
  return found;
}

const [name, file, ...rest] = process.argv.slice(2);
if (name === undefined || file === undefined || rest.length > 0) {
  process.stderr.write(USAGE);
  process.exitCode = 2;
} else {
  try {
    known(name);
    process.exitCode = await invoke(name, file);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 2;
  }
}
