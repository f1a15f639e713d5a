import { documentProblem } from '../model/errors.ts';
import { sub } from '../model/intrinsics.ts';
import { asList, isEqual, isFilled, isGiven, isList, isMap, isText, mapOf, type Fields } from '../model/values.ts';
import { isTextList, pathItems, starred, sectionOf } from './definition.ts';

const POLICY = 'x-amazon-apigateway-policy';

/** Adds what `ResourcePolicy` says of a path to the API's own policy. @param stage whose calls it is about @throws DocumentProblem */
export function addResourcePolicy(body: Fields, policy: Fields, path: string, stage: unknown): void {
  const resources = resourcesOf(body, path, stage);
  const own: Fields = isFilled(body[POLICY]) ? mapOf(body[POLICY]) : {};
  accounts(own, policy.AwsAccountWhitelist, 'Allow', resources);
  accounts(own, policy.AwsAccountBlacklist, 'Deny', resources);
  addresses(own, policy.IpRangeWhitelist, 'NotIpAddress', resources);
  addresses(own, policy.IpRangeBlacklist, 'IpAddress', resources);
  networks(own, policy, 'Blacklist', 'StringEquals', resources);
  networks(own, policy, 'Whitelist', 'StringNotEquals', resources);
  body[POLICY] = own;
}

/** Adds statements as they are. */
export function addCustomStatements(body: Fields, statements: unknown): void {
  const policy = sectionOf(body, POLICY);
  policy.Version = '2012-10-17';
  if (!isGiven(policy.Statement)) policy.Statement = statements;
  else append(policy, asList(statements));
}

function resourcesOf(body: Fields, path: string, stage: unknown): readonly Fields[] {
  const methods = pathItems(body, path).flatMap((item) => Object.keys(item));
  return methods.map((method) => {
    const said = /^(any|x-amazon-apigateway-any-method)$/i.test(method) ? '*' : method.toUpperCase();
    return sub(`execute-api:/\${__Stage__}/${said}${starred(path, 'any greedy')}`, { __Stage__: stage });
  });
}

function statementsOf(policy: Fields): unknown[] {
  policy.Version = '2012-10-17';
  return isGiven(policy.Statement) ? asList(policy.Statement) : [];
}

function append(policy: Fields, added: readonly unknown[]): void {
  const statements = statementsOf(policy);
  for (const one of added) if (!statements.some((other) => isEqual(one, other))) statements.push(one);
  policy.Statement = statements;
}

function statement(effect: string, resources: readonly Fields[], principal: unknown, more: Fields = {}): Fields {
  return { Effect: effect, Action: 'execute-api:Invoke', Resource: resources, Principal: principal, ...more };
}

function accounts(policy: Fields, listed: unknown, effect: string, resources: readonly Fields[]): void {
  if (!isFilled(listed)) return;
  if (!isList(listed) && !isMap(listed))
    throw documentProblem(`Type of '${String(listed)}' must be a list or dictionary`);
  const one = statement(effect, resources, { AWS: asList(listed) });
  policy.Statement = isGiven(policy.Statement) ? [...statementsOf(policy), one] : one;
  policy.Version = '2012-10-17';
}

/** Everybody may call, but those whom the condition names. */
function denied(policy: Fields, resources: readonly Fields[], condition: Fields): void {
  append(policy, [statement('Allow', resources, '*'), statement('Deny', resources, '*', { Condition: condition })]);
}

function addresses(policy: Fields, ranges: unknown, operator: string, resources: readonly Fields[]): void {
  if (isFilled(ranges)) denied(policy, resources, { [operator]: { 'aws:SourceIp': asList(ranges) } });
}

function networks(
  policy: Fields,
  given: Fields,
  kind: 'Blacklist' | 'Whitelist',
  operator: string,
  resources: readonly Fields[],
): void {
  const listed = given[`SourceVpc${kind}`];
  if (isGiven(listed) && !isTextList(listed))
    throw documentProblem(
      `SourceVpc${kind} must be a list of strings. Use IntrinsicVpc${kind} instead for values that use Intrinsic Functions`,
    );
  const named = isList(listed) ? listed.filter(isText) : [];
  const more = (name: string) => {
    const value = given[`${name}${kind}`];
    return isList(value) ? value : [];
  };
  const keys = {
    'aws:SourceVpc': [...named.filter((one) => one.startsWith('vpc-')), ...more('IntrinsicVpc')],
    'aws:SourceVpce': [...named.filter((one) => one.startsWith('vpce-')), ...more('IntrinsicVpce')],
  };
  const condition = Object.fromEntries(Object.entries(keys).filter(([, values]) => values.length > 0));
  if (isFilled(condition)) denied(policy, resources, { [operator]: condition });
}
