import { authorshipOf } from '../../approval/author.ts';
import { isFunction } from '../../template/function-reference.ts';
import type { Template } from '../../template/template.ts';
import { findUnguarded, listFew } from '../../template/ways-in/around.ts';
import type { DraftedAlarms } from './alarms.ts';
import type { DraftedChecks } from './checks.ts';
import { openParameters } from './open-parameters.ts';

/** Who cannot be told from the author may not approve, whoever they are. */
export function authorNotes(author: string): string[] {
  if (authorshipOf(author, SOMEBODY, []) !== 'unclear') return [];
  return [
    `"source.author" is ${author}, which is nobody's own e-mail address: nobody can be told from the author, and so nobody may approve. Build with an address, such as Ada <ada@example.com>.`,
  ];
}

/** Anybody at all who is asked. */
const SOMEBODY = { name: '?', email: 'somebody@example.invalid' };

/** Who would come to new code at once, and how their function is guarded. */
export function guardNotes(template: Template): string[] {
  const { around, functions } = findUnguarded(template);
  const bare = functions.filter(({ ways }) => ways.length > 0).map(({ functionId }) => functionId);
  const certain = around.filter(({ likely }) => !likely).map(({ sentence, remedy }) => `${sentence} ${remedy}`);
  if (bare.length === 0) return certain;
  const [them, they] = bare.length === 1 ? ['it', 'it'] : ['them', 'they'];
  const guard = `Add "guard": [${bare.map((id) => JSON.stringify(id)).join(', ')}] to release.json to move ${them} by canary.`;
  return [`No alias guards ${listFew(bare)}: ${they} would move all at once. ${guard}`, ...certain];
}

/** Values that CloudFormation would miss. @param given by environment */
export function parameterNotes(
  template: Template,
  given: Readonly<Record<string, Readonly<Record<string, string>>>>,
): string[] {
  const open = openParameters(template);
  const [first] = open;
  if (first === undefined) return [];
  if (Object.keys(given).length === 0) {
    const value = first.secret ? '{{resolve:secretsmanager:…}}' : '…';
    const example = JSON.stringify({ staging: { [first.name]: value } });
    return [
      `Without a default: ${listFew(open.map(({ name }) => name))}. Give a value for each environment of the policy, such as "parameters": ${example}, or a default in the template.`,
    ];
  }
  return Object.entries(given).flatMap(([environment, values]) => {
    const missing = open.map(({ name }) => name).filter((name) => !(name in values));
    if (missing.length === 0) return [];
    return [
      `Without a default, and without a value in ${environment}: ${listFew(missing)}. Add to "parameters.${environment}".`,
    ];
  });
}

/** What does not judge a release, and why. */
export function alarmNotes(template: Template, { alarms, leftOut }: DraftedAlarms): string[] {
  const functions = Object.values(template.Resources).some(({ Type }) => isFunction(Type));
  const none =
    alarms.length === 0 && functions
      ? ['No alarm judges a release: add one for errors of the functions to the template, and its name to "alarms".']
      : [];
  if (leftOut.length === 0) return none;
  const why = 'what scales something, watches costs, or fires when nobody comes would stop good releases';
  return [`Not among "alarms": ${listFew(leftOut)}: ${why}.`, ...none];
}

/** What nothing is asked of, and what could be asked. */
export function checkNotes({ smoke, silent }: DraftedChecks): string[] {
  if (silent.length === 0)
    return smoke.length > 0
      ? []
      : ['Nothing is checked: add to "checks.smoke" a function to invoke with a payload, or an output with a URL.'];
  const outputs = listFew(silent.map(({ output }) => output));
  const [example] = silent.flatMap(({ output, paths }) => paths.map((path) => JSON.stringify({ http: output, path })));
  return example === undefined
    ? [
        `No check of ${outputs}: the template shows nothing there that anybody may read. Add one to "checks.smoke", with path, headers, or what it expects.`,
      ]
    : [
        `No check of ${outputs}: which path answers without parameters, the template does not say. Add one to "checks.smoke", such as ${example}.`,
      ];
}
