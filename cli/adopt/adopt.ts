import { CloudFormationServiceException } from '@aws-sdk/client-cloudformation';
import { boundaryName, policyArn } from '../../core/contract/names.ts';
import { type AdoptionDraft, draftAdoption } from '../../core/manifest/draft/adopt.ts';
import { asServiceName } from '../../core/manifest/draft/service-name.ts';
import { environmentName, serviceName } from '../../core/values/identifiers.ts';
import { CommandError, exitCode } from '../exit-codes.ts';
import { authorFromGit } from '../git.ts';
import { explain } from '../refusals.ts';
import { readPolicy } from './read-identity.ts';
import { readStack, type StackClients } from './read-stack.ts';

/** What a person says of a stack that is taken over. */
export interface AdoptOptions {
  readonly service?: string;
  readonly environment: string;
  readonly author?: string;
}

/** Reads a stack, and drafts what it takes to release it. @throws CommandError */
export async function adopt(clients: StackClients, name: string, options: AdoptOptions): Promise<AdoptionDraft> {
  const { environment } = options;
  const service = options.service ?? withoutEnd(asServiceName(name) ?? name, `-${environment}`);
  if (!environmentName.safeParse(environment).success)
    throw wrong(`"${environment}" is no name of an environment: give one by --environment, such as production.`);
  if (!serviceName.safeParse(service).success)
    throw wrong(`"${service}" is no name of a service: give one by --service, such as orders.`);
  const author = options.author ?? authorFromGit('.');
  if (author === undefined)
    throw wrong('git does not say who makes this: say it by --author, such as "Ada <ada@example.com>".');
  try {
    const stack = await readStack(clients, name);
    const arn = policyArn(stack.account, boundaryName(stack.region, service));
    const boundary = { arn, document: await readPolicy(clients.iam, arn) };
    return draftAdoption(stack, {
      service,
      environment,
      source: { author },
      boundary,
    });
  } catch (error) {
    if (error instanceof CloudFormationServiceException && / does not exist$/.test(error.message))
      throw new CommandError(
        `There is no stack ${name} in this account and region: check AWS_PROFILE and AWS_REGION.`,
        exitCode.notFound,
        { code: 'cli.stack-missing' },
      );
    throw explain(error, `read the stack ${name}`);
  }
}

function withoutEnd(name: string, end: string): string {
  return name.endsWith(end) ? name.slice(0, -end.length) : name;
}

function wrong(sentence: string): CommandError {
  return new CommandError(sentence, exitCode.badInput, { code: 'cli.name-wrong' });
}
