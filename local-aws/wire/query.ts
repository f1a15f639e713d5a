import { AwsError } from '../kernel/errors.ts';
import type { OperationModel, ServiceModel } from './model.ts';
import { readTree, writeMembers } from './xml.ts';

/**
 * The query protocol: forms in, XML out. https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
 */
export function readQuery(body: Uint8Array, model: ServiceModel): { operation: OperationModel; input: unknown } {
  const form = new URLSearchParams(Buffer.from(body).toString('utf8'));
  const name = form.get('Action');
  const operation = name === null ? undefined : model.operations.get(name);
  if (operation === undefined)
    throw new AwsError('InvalidAction', `Could not find operation ${name ?? '(none)'} of ${model.signingName}.`);
  form.delete('Action');
  form.delete('Version');
  return { operation, input: readTree(treeOf(form), operation.input, operation.name, 'MalformedInput') };
}

interface Tree {
  [name: string]: Tree | string;
}

/** `Tags.member.1.Key=a` becomes `{ Tags: { member: { 1: { Key: 'a' } } } }`. */
function treeOf(form: URLSearchParams): Tree {
  const root = branch();
  for (const [path, value] of form) {
    const steps = path.split('.');
    const last = steps.pop() ?? '';
    let node = root;
    for (const step of steps) {
      const next = node[step];
      if (typeof next === 'object') node = next;
      else {
        const made = branch();
        node[step] = made;
        node = made;
      }
    }
    if (last !== '') node[last] = value;
  }
  return root;
}

/** Without a prototype: `__proto__.a=1` is a parameter of that name and nothing more. */
function branch(): Tree {
  // oxlint-disable-next-line typescript/no-unsafe-assignment -- Object.create says any
  const made: Tree = Object.create(null);
  return made;
}

export function writeQueryAnswer(
  output: unknown,
  operation: OperationModel,
  model: ServiceModel,
  requestId: string,
): string {
  const members = operation.output.isStructSchema() ? writeMembers(output ?? {}, operation.output, operation.name) : '';
  return (
    `<${operation.name}Response xmlns="${model.xmlNamespace}"><${operation.name}Result>${members}</${operation.name}Result>` +
    `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></${operation.name}Response>`
  );
}
