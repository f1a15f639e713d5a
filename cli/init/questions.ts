import type { OpenParameter } from '../../core/manifest/draft/open-parameters.ts';
import { environmentName } from '../../core/values/identifiers.ts';
import { brokenRule } from '../../core/template/parameter-rules.ts';
import { isReference } from '../../core/template/parameters.ts';
import { CommandError, exitCode } from '../exit-codes.ts';
import type { Person } from './terminal.ts';

/** The template that is meant, of those in a folder. @throws CommandError where nobody can say */
export async function chooseTemplate(
  folder: string,
  files: readonly string[],
  person: Person | undefined,
): Promise<string> {
  const [only, ...more] = files;
  if (only === undefined)
    throw new CommandError(
      `There is no CloudFormation or SAM template in ${folder}: name the folder that holds it, or make one (sam init).`,
      exitCode.badInput,
      { code: 'cli.template-missing' },
    );
  if (more.length === 0) return only;
  const question = `${folder} has several templates: ${files.join(', ')}. Which one is released?`;
  return neededAnswer(person, question, '--template', (answer) => (files.includes(answer) ? answer : undefined));
}

/**
 * An answer without which there is no manifest; asked again until it is one.
 * @param option that gives it without a question
 * @throws CommandError where nobody is there to answer, or the third answer is none either
 */
export async function neededAnswer(
  person: Person | undefined,
  question: string,
  option: string,
  read: (answer: string) => string | undefined,
): Promise<string> {
  for (let attempts = 0; person !== undefined && attempts < 3; attempts += 1) {
    const answer = read(await person.ask(question));
    if (answer !== undefined) return answer;
  }
  throw new CommandError(`${question} Say it by ${option}.`, exitCode.badInput, { code: 'cli.answer-needed' });
}

/** Values for parameters without a default, by environment; what is not answered stays open. */
export async function askForParameters(
  open: readonly OpenParameter[],
  person: Person,
): Promise<Record<string, Record<string, string>>> {
  const answered = await person.ask(
    `Parameters without a default: ${open.map(({ name }) => name).join(', ')}. For which environments of the policy do you have values (staging, production; nothing for none)?`,
  );
  const environments = answered.split(/[\s,]+/).filter((name) => environmentName.safeParse(name).success);
  const values: Record<string, Record<string, string>> = {};
  for (const environment of new Set(environments)) {
    const given: Record<string, string> = {};
    for (const parameter of open) {
      const value = await askForValue(parameter, environment, person);
      if (value !== '') given[parameter.name] = value;
    }
    values[environment] = given;
  }
  return values;
}

/** A secret is named, and never written into a manifest. */
async function askForValue(
  { name, type, secret, body }: OpenParameter,
  environment: string,
  person: Person,
): Promise<string> {
  const form = secret ? 'a reference such as {{resolve:secretsmanager:…}}, because it is hidden' : type;
  for (let wrong = ''; ;) {
    const value = await person.ask(`${wrong}${name} in ${environment} (${form}; nothing to leave it open):`);
    const broken = secret && !isReference(value) ? 'must be a reference' : brokenRule(body, value);
    if (value === '' || broken === undefined) return value;
    wrong = `It ${broken}. `;
  }
}
