import fc from 'fast-check';
import { describe, expect, inject, it } from 'vitest';
import type { LiveVersions } from '../../../../core/template/publishing.ts';
import { neededBy } from '../../../../core/template/dependencies.ts';
import { findReferences } from '../../../../core/template/references.ts';
import { freezeParameters } from '../../../../core/template/steps/freeze.ts';
import {
  applyTemplate,
  type LiveTemplate,
  restoreTemplate,
  settleTemplate,
  takeBackAll,
  takeBackUntilSettled,
} from '../../../../core/template/steps/chain.ts';
import { type Decisions, nothingDecided } from '../../../../core/template/steps/choose-ids.ts';
import type { Template } from '../../../../core/template/template.ts';
import { leftTables, template, values } from './generated-templates.ts';

declare module 'vitest' {
  interface ProvidedContext {
    readonly templatePairs: number;
  }
}

// What is done to a template is a chain of steps that can be taken back, whatever the templates are: `npm run test:algebra` tries many.

const numRuns = inject('templatePairs');
const boundary = 'arn:aws:iam::222222222222:policy/boundary';
const left = { resources: leftTables, values: new Map() };

/** Two versions of a service one after the other, and a third. */
const history = fc.record({
  first: template,
  second: template,
  before: values,
  after: values,
  doubles: fc.boolean(),
  certainty: fc.constantFrom('certain', 'uncertain', undefined),
});

/** What CloudFormation could say: a version is due, for certain or not, and what has other properties may be replaced. */
function decisionsOn(
  next: Template,
  live: Template,
  doubles: boolean,
  certainty: 'certain' | 'uncertain' | undefined,
): Decisions {
  const { pairs } = applyTemplate(next, liveOf(live), boundary);
  const [pair] = pairs;
  const isReplaced = (id: string): boolean =>
    /Table|Queue$/.test(live.Resources[id]?.Type ?? '') &&
    live.Resources[id]?.Type === next.Resources[id]?.Type &&
    JSON.stringify(next.Resources[id]?.Properties) !== JSON.stringify(live.Resources[id]?.Properties);
  return {
    publishing: pair === undefined || certainty === undefined ? {} : { [pair.versionId]: certainty },
    // Any resource may be one whose condition no longer holds.
    switchedOff: doubles ? ['Beta', 'Delta'] : [],
    doubled: doubles ? Object.keys(next.Resources).filter(isReplaced) : [],
  };
}

/** The state of a stack that was settled: its alias serves the version that its template names. */
function liveOf(settled: Template, parameters?: ReadonlyMap<string, string>): LiveTemplate {
  return {
    template: settled,
    versions: versionsOf(settled),
    ...(parameters === undefined ? {} : { values: parameters }),
  };
}

function versionsOf(settled: Template): LiveVersions {
  const named = Object.entries(settled.Resources).flatMap(([id, { Type }]) =>
    Type === 'AWS::Lambda::Version' ? [id] : [],
  );
  return { aliases: { Live: '1' }, versions: Object.fromEntries(named.map((id) => [id, '1'])) };
}

const settledFirst = (first: Template): Template =>
  settleTemplate(applyTemplate(first, undefined, boundary).named, boundary);

/** A stack as CloudFormation has it: what each logical id stands for. What is removed and made again is something else. */
type Things = Readonly<Record<string, string>>;

function updated(before: Things, { Resources }: Template, when: string): Things {
  const type = (thing: string): string | undefined => thing.split(' ')[0];
  return Object.fromEntries(
    Object.entries(Resources).map(([id, { Type }]) => {
      const { [id]: thing } = before;
      return [id, thing !== undefined && type(thing) === Type ? thing : `${Type} ${id} ${when}`];
    }),
  );
}

const made = (template: Template): Things => updated({}, template, 'made');

function sees(
  check: (given: {
    live: LiveTemplate;
    next: Template;
    decisions: Decisions;
    applied: ReturnType<typeof applyTemplate>;
    after: ReadonlyMap<string, string>;
  }) => void,
): void {
  fc.assert(
    fc.property(history, ({ first, second, before, after, doubles, certainty }) => {
      const live = liveOf(settledFirst(first), before);
      const decisions = decisionsOn(second, live.template, doubles, certainty);
      check({
        live,
        next: second,
        decisions,
        applied: applyTemplate(second, live, boundary, decisions, after, left),
        after,
      });
    }),
    { numRuns },
  );
}

describe('the steps, for any two templates', () => {
  it('apply, then settle, is the next one', () => {
    sees(({ next, applied }) => {
      expect(takeBackUntilSettled(applied.template, applied.done)).toEqual(settleTemplate(applied.named, boundary));
      expect(takeBackAll(applied.template, applied.done)).toEqual(next);
    });
  });

  it('apply, then restore, is the live template, and everything in it the same thing as before', () => {
    sees(({ live, applied }) => {
      const restored = restoreTemplate(live.template, live.versions);
      expect(restored).toEqual(live.template);
      const before = made(live.template);
      const undone = updated(updated(before, applied.template, 'applied'), restored, 'restored');
      expect(undone).toEqual(before);
    });
  });

  it('what is kept is as it was, but for how it is removed', () => {
    sees(({ live, applied }) => {
      const parameters = live.values ?? new Map<string, string>();
      for (const id of applied.done.keep.resources) {
        const [now, then] = [applied.template, live.template].map((of) =>
          // Conditions and mappings that change in the meantime are kept under other names.
          JSON.stringify(freezeParameters(of.Resources[id]?.Properties ?? {}, parameters)).replaceAll('SluiceKept', ''),
        );
        if (!applied.pinned.includes(id)) expect(now, id).toBe(then);
      }
    });
  });

  it('nothing that is applied refers to what is not there', () => {
    sees(({ applied: { template: applied } }) => {
      const { parametersAndResources, conditions, mappings } = findReferences(applied);
      const declared = [...Object.keys(applied.Resources), ...Object.keys(applied.Parameters ?? {}), 'AWS::NoValue'];
      const hidden = [...parametersAndResources].filter((name) => !declared.includes(name) && name !== 'Own');
      expect(hidden).toEqual([]);
      expect([...conditions].filter((name) => applied.Conditions?.[name] === undefined)).toEqual([]);
      expect([...mappings].filter((name) => applied.Mappings?.[name] === undefined)).toEqual([]);
    });
  });

  it('nothing that is applied needs itself, or has the name of a parameter', () => {
    const circles = ({ Resources }: Template): string[] =>
      Object.keys(Resources).filter((id) => neededBy([id], Resources).has(id));
    sees(({ live, next, applied: { template: applied } }) => {
      if (circles(live.template).length + circles(next).length === 0) expect(circles(applied)).toEqual([]);
      expect(Object.keys(applied.Parameters ?? {}).filter((id) => applied.Resources[id] !== undefined)).toEqual([]);
    });
  });

  it('no way in is there twice that was there once, unless something that is live refers to the new one', () => {
    sees(({ live, next, applied }) => {
      const rules = (of: Template): number =>
        Object.values(of.Resources).filter(({ Type }) => /Rule$/.test(Type)).length;
      const waits = applied.postponed.every((one) => one.waits);
      if (waits) expect(rules(applied.template)).toBeLessThanOrEqual(Math.max(rules(live.template), rules(next)));
      else expect(live.template.Resources['Permission']).toBeDefined();
    });
  });

  it('to release what is live changes nothing', () => {
    sees(({ next, applied, after }) => {
      const live = liveOf(settleTemplate(applied.named, boundary), after);
      const again = applyTemplate(next, live, boundary, nothingDecided, after);
      expect(takeBackUntilSettled(again.template, again.done)).toEqual(live.template);
      expect(again.done.keep.resources).toEqual([]);
      expect(again.done.widen).toEqual([]);
    });
  });
});
