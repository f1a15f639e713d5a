import { describe, expect, it } from 'vitest';
import { parseDocument, visit } from 'yaml';
import { machineNames } from '../../core/contract/names.ts';
import {
  committedDefinition,
  definitionIn,
  definitionText,
  sharedText,
  sourceText,
} from '../../scripts/statemachines.ts';

describe.each(machineNames)('the definition of %s', (name) => {
  it('is what its source says: npm run statemachines', async () => {
    expect(committedDefinition(name)).toBe(await definitionText(name));
  });

  it('has no anchor in its source that nothing refers to', () => {
    const { anchors, aliases } = namesIn(sourceText(name));
    const shared = namesIn(sharedText()).anchors;
    expect(anchors.filter((anchor) => !aliases.includes(anchor) && !shared.includes(anchor))).toEqual([]);
    expect(anchors).toEqual([...new Set(anchors)]);
  });
});

it('shares no anchor that no machine refers to', () => {
  const aliases = machineNames.flatMap((name) => namesIn(sourceText(name)).aliases);
  expect(namesIn(sharedText()).anchors.filter((anchor) => !aliases.includes(anchor))).toEqual([]);
});

function namesIn(yaml: string): { readonly anchors: string[]; readonly aliases: string[] } {
  const anchors: string[] = [];
  const aliases: string[] = [];
  visit(parseDocument(yaml, { merge: true }), {
    Value: (_, { anchor }) => void (anchor === undefined ? undefined : anchors.push(anchor)),
    Alias: (_, { source }) => void aliases.push(source),
  });
  return { anchors, aliases };
}

describe('a source', () => {
  const machine = [
    'x-anchors:',
    '  waits: &waits { Type: Wait, Seconds: 1 }',
    'Comment: Waits twice',
    'QueryLanguage: JSONata',
    'TimeoutSeconds: 60',
    'StartAt: First',
    'States:',
    '  First: { <<: *waits, Next: Second }',
    '  Second: { <<: *waits, Seconds: 2, End: true }',
  ].join('\n');

  it('stands for a machine without anchors, and may say otherwise than they do', () => {
    expect(definitionIn(machine)).toEqual({
      Comment: 'Waits twice',
      QueryLanguage: 'JSONata',
      TimeoutSeconds: 60,
      StartAt: 'First',
      States: { First: { Type: 'Wait', Seconds: 1, Next: 'Second' }, Second: { Type: 'Wait', Seconds: 2, End: true } },
    });
  });

  it.each([
    ['says something a machine does not have', `${machine}\nVersion: 1`, /Unrecognized key: \\?"Version/],
    ['says something twice', `${machine}\nStartAt: Second`, /Map keys must be unique/],
    ['refers to an anchor that is not there', machine.replace('Next: Second', 'Next: *second'), /Unresolved alias/],
  ])('is refused when it %s', (_, text, problem) => {
    expect(() => definitionIn(text)).toThrow(problem);
  });
});
