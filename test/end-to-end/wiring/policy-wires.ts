import { at, isObject, listOf, type Json, type Path, type Resource } from './template.ts';
import { readableId, type Grant, type Removal, type Wire, type WireKind } from './wire.ts';

/** A policy document in a resource. */
interface Document {
  readonly kind: WireKind;
  /** Where the document is. */
  readonly path: Path;
  /** Whose it is, for names: `sluice-gate may`. */
  readonly subject: string;
  /** What goes when the only statement goes. */
  readonly whole: Removal;
  /** What grants; undefined for the policies of resources. */
  readonly grantor?: Pick<Grant, 'kind' | 'holder'>;
  /** Whether each action is named with its resource: which statements stand together is no part of a name then. */
  readonly placed?: true;
}

/** What IAM allows: each action of each statement, each resource where a statement has several, each trusted role. */
export function policyWires(id: string, resource: Resource): readonly Wire[] {
  return [
    ...documentsOf(id, resource).flatMap((document) => documentWires(resource, document)),
    ...attachments(id, resource),
  ];
}

function documentsOf(id: string, { Type, Properties }: Resource): readonly Document[] {
  const inside = (...path: Path): Path => ['Resources', id, 'Properties', ...path];
  const name = (property: string): string => {
    const value = Properties[property];
    return typeof value === 'string' ? value : readableId(id);
  };
  const policy = (subject: string): Document => ({
    kind: 'resource policy',
    path: inside('PolicyDocument'),
    subject,
    whole: { resource: id },
  });
  switch (Type) {
    case 'AWS::IAM::Role':
      return [
        ...listOf(Properties['Policies']).map((_, place): Document => {
          const holder = name('RoleName');
          const path = inside('Policies', place);
          return {
            kind: 'grant',
            path: [...path, 'PolicyDocument'],
            subject: `${holder} may`,
            whole: { path },
            grantor: { kind: 'inline', holder },
          };
        }),
        {
          kind: 'trust',
          path: inside('AssumeRolePolicyDocument'),
          subject: `${name('RoleName')} is trusted with`,
          whole: { resource: id },
          grantor: { kind: 'trust', holder: name('RoleName') },
        },
      ];
    case 'AWS::IAM::ManagedPolicy': {
      const holder = name('ManagedPolicyName');
      return [
        {
          kind: 'grant',
          path: inside('PolicyDocument'),
          subject: `${holder} allows`,
          whole: { resource: id },
          grantor: { kind: 'managed', holder },
          placed: true,
        },
      ];
    }
    case 'AWS::SQS::QueuePolicy':
    case 'AWS::SNS::TopicPolicy':
      return [policy(`${readableId(id)} allows`)];
    default:
      return [];
  }
}

function documentWires(resource: Resource, document: Document): readonly Wire[] {
  const [, , , ...path] = document.path;
  const statements = listOf(at(resource.Properties, [...path, 'Statement']));
  return statements.flatMap((statement, index) => {
    if (!isObject(statement) || statement['Effect'] !== 'Allow') return [];
    const removal: Removal =
      statements.length === 1 ? document.whole : { path: [...document.path, 'Statement', index] };
    const shown = document.placed ? ` on ${firstOf(statement)}` : subjectOf(statement, statements);
    return [
      ...actionWires(document, statement, index, removal, shown),
      ...memberWires(document, statement, index, ['Resource']),
      ...memberWires(document, statement, index, ['Condition', 'ArnEquals', 'aws:PrincipalArn']),
    ];
  });
}

/** How a statement is told from others with the same actions. */
function subjectOf(statement: Json, statements: readonly Json[]): string {
  const shows = (one: Json): string => JSON.stringify(at(one, ['Action']));
  const same = statements.filter((other) =>
    listOf(at(other, ['Action'])).some((a) => shows(statement).includes(`${JSON.stringify(a)}`)),
  );
  if (same.length < 2) return '';
  const from = at(statement, ['Condition', 'ArnEquals', 'aws:SourceArn']);
  return from === undefined ? ` on ${firstOf(statement)}` : ` from ${shorten(from)}`;
}

function firstOf(statement: Json): string {
  return shorten(listOf(at(statement, ['Resource']))[0]);
}

function actionWires(
  document: Document,
  statement: Json,
  index: number,
  whole: Removal,
  shown: string,
): readonly Wire[] {
  const actions = textsAt(statement, ['Action']);
  // Of one action on several resources each resource is a wire.
  if (actions.length === 1 && listOf(at(statement, ['Resource'])).length > 1) return [];
  const path = [...document.path, 'Statement', index, 'Action'];
  return actions.map((action, place) => ({
    kind: document.kind,
    name: `${document.subject} ${action}${shown}`,
    removal: actions.length === 1 ? whole : { path: [...path, place] },
    ...grantOf(document, { statement: index, action: place }),
  }));
}

function memberWires(document: Document, statement: Json, index: number, place: Path): readonly Wire[] {
  const members = listOf(at(statement, place));
  if (members.length < 2) return [];
  const actions = textsAt(statement, ['Action']);
  const what = actions.length > 2 ? `${actions[0] ?? ''} … (${actions.length} actions)` : actions.join(', ');
  return members.map((member, position) => ({
    kind: document.kind,
    name: `${document.subject} ${what}: ${shorten(member)}`,
    removal: { path: [...document.path, 'Statement', index, ...place, position] },
    ...(place[0] === 'Resource' ? grantOf(document, { statement: index, resource: position }) : {}),
  }));
}

function grantOf({ grantor }: Document, grant: Omit<Grant, 'kind' | 'holder'>): { readonly grant?: Grant } {
  return grantor === undefined ? {} : { grant: { ...grantor, ...grant } };
}

function attachments(id: string, { Type, Properties }: Resource): readonly Wire[] {
  if (Type !== 'AWS::IAM::Role') return [];
  return listOf(Properties['ManagedPolicyArns']).map((arn, place) => ({
    kind: 'grant',
    name: `${textsAt(Properties, ['RoleName'])[0] ?? readableId(id)} carries ${shorten(arn)}`,
    removal: { path: ['Resources', id, 'Properties', 'ManagedPolicyArns', place] },
  }));
}

/** The text, or the texts, at a place. */
function textsAt(value: Json, path: Path): readonly string[] {
  return listOf(at(value, path)).filter((one) => typeof one === 'string');
}

/** A resource as people would say it: without partition, region and account. */
export function shorten(value: Json | undefined): string {
  if (typeof value === 'string') return value.replace(/^arn:aws:([a-z0-9-]+):[a-z0-9-]*:(?:\d*:)?/, '$1 ');
  if (!isObject(value)) return JSON.stringify(value);
  const [argument] = Object.values(value);
  return listOf(argument)
    .flatMap((one) => (typeof one === 'string' ? [readableId(one)] : []))
    .join('.');
}
