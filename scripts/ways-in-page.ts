import { links, waysIn, type WayInKind } from '../core/template/ways-in/table.ts';

const introduction = `# Ways in to a function

Written from \`core/template/ways-in/table.ts\` by \`npm run schemas\`. A rollout holds users back by an alias, so it holds back only those who come by one: a function is
_guarded_ when every way in to it leads to an alias that the engine moves. A call of the function itself, of a version by its number, or of an alias of \`$LATEST\` is on new
code as soon as the stack is changed, while the alias still is at 10%.

## What becomes of a way around

- **It is told.** The approval lists each way around an alias whose function or way the release changes (\`goes-around-alias\`), and each function that changes without an alias
  (\`moves-all-at-once\`). The ledger names all of them with the transition \`prepared\` (\`around\`), changed or not.
- **Where the policy demands a rollout it is refused.** \`rollout.atLeast\` of an environment, other than \`AllAtOnce\`, demands one: a template with a way around is rejected
  (\`template.unguarded\`), with the resource, the alias and the way to mend it. What only a transform shows is refused in the target, before anything is changed.
- **\`"unguarded": "warn"\`** in the environment of the policy lets it pass, and tells. \`"unguarded": "refuse"\` refuses it where no rollout is demanded, too.

## What has to be guarded

- A function to which a property of the table leads. One without an alias is refused by the same rule, with everything that leads to it.
- A permission counts by itself: it may let in a caller that the template does not show (a bucket of another stack, Alexa, another account).
- **Not:** what only CloudFormation or CodeDeploy calls while something is released – handlers of custom resources (\`ServiceToken\`), hooks of deployment groups, permissions for either.
- **Not:** a function to which nothing in the template leads. Who calls it – another function by its name, a script – is not to be seen; it is told when it changes, and not refused. The
  same holds for what is only \`likely\` in the table: an environment variable may be a call, or a name for a log line. Give it the alias all the same: a caller of which 10% is new
  would otherwise call a function of which all is.
- **Not to be seen:** API bodies and definitions that lie in S3 (\`BodyS3Location\`, \`DefinitionS3Location\`), names put together from stage variables, other stacks that import an ARN,
  callers with a role of their own. Let them name the alias.

## Users who move although there is an alias

An alias can be held only on versions of the function that it has. All users move as soon as the stack is changed (\`takes-over-at-once\`; \`atOnce\` in the ledger) where an alias goes to
another function or has another name; where a resource, or a route before it, leads to another function than before – one that takes its place under another logical id; and where
a function gets its first alias together with new code. It is found when the change is previewed, and refused by the same field of the policy. What to do instead: keep the logical ids and
names of function and alias; give a function its first alias in a release of its own, with the code that is live. A first deployment, and what is new altogether, has no users yet.`;

/** The page for people: what leads to a function, and what follows when it goes around the alias. */
export function waysInPage(): string {
  return `${[
    introduction,
    '## The table',
    '`**` is any depth, `*` each of a list or map. What lets it in is the principal of a permission, or a role. Two resources of a type with the same events stand in each other’s place.',
    table(
      ['type', 'property', 'let in by', 'events'],
      waysIn.map((kind) => [code(kind.type), codes(kind.holds), allowance(kind), codes(kind.events)]),
    ),
    'What stands between events and a way in:',
    table(
      ['type', 'property', 'events'],
      links.map(({ type, holds, events }) => [code(type), codes(holds), codes(events)]),
    ),
  ].join('\n\n')}\n`;
}

function allowance({ allowedBy, nature }: WayInKind): string {
  const by = allowedBy.includes('.') ? code(allowedBy) : allowedBy;
  return nature === undefined ? by : `${by} (${nature})`;
}

function code(text: string): string {
  return `\`${text}\``;
}

function codes(names: readonly string[]): string {
  return names.length === 0 ? '' : names.map(code).join(', ');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const all = [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
  // Cells are too long to be lined up.
  return `<!-- prettier-ignore-start -->\n\n${all}\n\n<!-- prettier-ignore-end -->`;
}
