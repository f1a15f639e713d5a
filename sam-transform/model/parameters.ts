import { documentProblem } from './errors.ts';
import { isList, isMap, isText, said, walk, type Fields } from './values.ts';

/** Reads what parameters say, in `Ref` and `Fn::Sub`; everything else stays as it is. */
export type Resolve = (value: unknown) => unknown;

/** Values as CloudFormation hands them to a transform: those given, the defaults of the others, region and partition. */
export function resolver(parameters: Fields): Resolve {
  return (value) => walk(value, (node) => (isMap(node) ? readNode(node, parameters) : node));
}

function readNode(node: Fields, parameters: Fields): unknown {
  const [name, ...others] = Object.keys(node);
  if (name === undefined || others.length > 0) return node;
  const argument = node[name];
  if (name === 'Ref' && isText(argument)) return valueOf(argument, parameters) ?? node;
  if (name !== 'Fn::Sub') return node;
  if (isText(argument)) return { [name]: substitute(argument, parameters) };
  if (!isList(argument) || !isText(argument[0])) return node;
  return { [name]: [substitute(argument[0], parameters), ...argument.slice(1)] };
}

function valueOf(name: string, parameters: Fields): unknown {
  return Object.hasOwn(parameters, name) ? parameters[name] : undefined;
}

function substitute(text: string, parameters: Fields): string {
  return text.replace(/\$\{([A-Za-z0-9.]+|AWS::[A-Z][A-Za-z]*)\}/g, (whole, name: string) => {
    const value = valueOf(name, parameters) ?? whole;
    if (isText(value)) return value;
    throw documentProblem(
      `Invalid Fn::Sub variable value ${said(value)}. Fn::Sub expects all variables to be strings.`,
    );
  });
}

/** Reads `Fn::FindInMap` where all three of its arguments are texts and lead to a value. */
export function mapReader(mappings: Fields): Resolve {
  return (value) =>
    walk(value, (node) => {
      const path = isMap(node) && Object.keys(node).length === 1 ? node['Fn::FindInMap'] : undefined;
      if (!isList(path)) return node;
      const [map, top, second] = path;
      if (path.length !== 3 || !isText(map) || !isText(top) || !isText(second)) return node;
      const level = isMap(mappings[map]) ? mappings[map][top] : undefined;
      return (isMap(level) ? level[second] : undefined) ?? node;
    });
}
