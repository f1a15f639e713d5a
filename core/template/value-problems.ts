import { problem, type Problem } from '../values/problems.ts';
import { recordOf } from '../values/records.ts';
import { cutText } from '../values/text.ts';
import { type Choose, isOnlySaid, type Wrong, wrongValues, type WrongValue } from './property-values.ts';
import { holds } from './resolve.ts';
import { type Kind, shapesOf } from './specification/kinds.ts';
import { gather, type PlannedStack, type TargetProblem } from './target-problem.ts';
import { transformsOf, type Template } from './template.ts';
import { type DescribePlace, placeAlone } from './describe-place.ts';

/** A value that a resource's type does not take. */
interface Found extends WrongValue {
  /** `"Orders" (AWS::Lambda::Function)` */
  readonly subject: string;
  /** `VpcConfig.SubnetIds`; empty for the resource itself. */
  readonly path: string;
}

/**
 * Values that CloudFormation cannot make into what their properties hold, and required properties that are missing: it refuses them while
 * it makes the resource. What a condition may leave out is not judged.
 * @param fileName of the template in the artifact
 * @param choose which conditions hold, where that is known
 */
export function valueProblems(template: Template, fileName: string, choose: Choose = unknown): Problem[] {
  return found(template, choose).flatMap((one) => {
    const { place, wrong } = one;
    if (isOnlySaid(one)) return [];
    const code = wrong.is === 'missing' ? 'template.property-missing' : 'template.property-value';
    return [problem(code, fileName, sentence(one), { places: [place] })];
  });
}

/** What of that is wrong in some targets alone, by the conditions that hold there. @param fileName of the template in the artifact */
export function valueProblemsIn(stacks: readonly PlannedStack[], fileName: string): TargetProblem[] {
  const everywhere = new Set(
    stacks.slice(0, 1).flatMap(({ template }) => valueProblems(template, fileName).map(textOf)),
  );
  return gather(stacks, (stack) =>
    valueProblems(stack.template, fileName, chooseIn(stack)).filter((one) => !everywhere.has(textOf(one))),
  );
}

function textOf({ message, places = [] }: Problem): string {
  return `${message} ${places.join()}`;
}

const unknown: Choose = () => undefined;

function chooseIn(stack: PlannedStack): Choose {
  return (condition) => holds({ Condition: condition }, stack);
}

/**
 * Sentences about values that may be newer than this version of Sluice, and about what is wrong only where a condition holds.
 * @param stacks in which it is known which conditions hold: what none of them has is not spoken of
 * @param describe what is told of a place; the place alone when left out
 */
export function valueRemarks(
  template: Template,
  stacks: readonly PlannedStack[] = [],
  describe: DescribePlace = placeAlone,
): string[] {
  const chosen = stacks.length === 0 ? [unknown] : stacks.map(chooseIn);
  const said = chosen.flatMap((choose) => found(template, choose).filter(isOnlySaid));
  return [...new Set(said.map((one) => `${sentence(one)} (${describe(one.place)})`))];
}

/** Not of a template with a macro, which may make anything of it. */
function found(template: Template, choose: Choose): Found[] {
  if (transformsOf(template).some((name) => !name.startsWith('AWS::'))) return [];
  const ofResources = Object.entries(template.Resources).flatMap(
    ([logicalId, { Type, Properties = {}, Condition, 'Fn::Transform': brings }]) => {
      // What is included may be all of its properties.
      if (brings !== undefined) return [];
      const made = Condition === undefined ? true : choose(Condition);
      const owner = {
        place: `Resources.${logicalId}.Properties`,
        subject: `"${logicalId}" (${Type})`,
        type: Type,
        conditional: made === undefined,
      };
      return made === false ? [] : inProperties(Properties, owner, choose);
    },
  );
  const globals = Object.entries(recordOf(template['Globals']));
  return [...ofResources, ...globals.flatMap(([name, its]) => inGlobals(name, its, template, choose))];
}

interface Owner {
  readonly place: string;
  readonly subject: string;
  readonly type: string;
  readonly conditional: boolean;
}

function inProperties(properties: unknown, { place, subject, type, conditional }: Owner, choose: Choose): Found[] {
  const shapes = shapesOf(type);
  if (shapes === undefined) return [];
  return wrongValues(properties, shapes, place, choose)
    .filter(({ wrong }) => wrong.is !== 'missing' || !isOfSam(type))
    .map((one) => ({
      ...one,
      subject,
      conditional: one.conditional || conditional,
      path: one.place.slice(place.length + 1),
    }));
}

/**
 * What SAM gives all resources of one of its types. Where each has its own, nothing is made of it.
 * https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-template-anatomy-globals.html
 */
function inGlobals(name: string, properties: unknown, { Resources }: Template, choose: Choose): Found[] {
  const type = `AWS::Serverless::${name}`;
  const takers = Object.values(Resources).filter(
    (one) => one.Type === type && (one['Condition'] === undefined || choose(one['Condition']) === true),
  );
  const place = `Globals.${name}`;
  return inProperties(properties, { place, subject: place, type, conditional: false }, choose).map((one) => {
    const [property = ''] = one.path.split(/[.[]/);
    const taken = takers.some(({ Properties = {} }) => !(property in Properties));
    return { ...one, conditional: one.conditional || !taken };
  });
}

/** Of its types, what is required may also be in `Globals`. */
function isOfSam(type: string): boolean {
  return type.startsWith('AWS::Serverless::');
}

function sentence({ subject: owner, path, conditional, wrong }: Found): string {
  const subject = path === '' ? owner : `${path} of ${owner}`;
  const mended = (how: string): string => (conditional ? `${how}, unless its condition never chooses it.` : `${how}.`);
  switch (wrong.is) {
    case 'missing':
      return `${subject} has no ${wrong.names.join(', ')}, which CloudFormation asks for: ${mended(`add ${wrong.names.length === 1 ? 'it' : 'them'}`)}`;
    case 'kind':
      return `${subject} is ${named(wrong.value)}, of which CloudFormation cannot make ${expected(wrong.kind)}: ${mended('correct it')}`;
    case 'choice':
      return `${subject} is ${named(wrong.value)}, and this version of Sluice knows only ${wrong.only.join(', ')}: AWS refuses it, unless it is newer.`;
    case 'range':
      return `${subject} is ${wrong.value}, and this version of Sluice knows of ${between(wrong)}: AWS refuses it, unless this limit has changed since.`;
  }
}

function between({ least, greatest }: Extract<Wrong, { readonly is: 'range' }>): string {
  if (least === -Infinity) return `at most ${greatest}`;
  return greatest === Infinity ? `at least ${least}` : `${least} to ${greatest}`;
}

function named(value: Extract<Wrong, { readonly value: unknown }>['value']): string {
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : cutText(JSON.stringify(value), 60);
}

function expected(kind: Kind): string {
  switch (kind.is) {
    case 'text':
      return 'text';
    case 'whole':
      return 'a whole number';
    case 'number':
      return 'a number';
    case 'truth':
      return 'true or false';
    case 'list':
      return 'a list';
    case 'tag':
      return 'a tag with Key and Value';
    default:
      return 'an object';
  }
}
