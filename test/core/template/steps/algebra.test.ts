import fc from 'fast-check';
import { describe, expect, inject, it } from 'vitest';
import type { LiveVersions } from '../../../../core/template/publishing.ts';
import { neededBy } from '../../../../core/template/dependencies.ts';
import { findReferences } from '../../../../core/template/references.ts';
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
import { template, values } from './generated-templates.ts';

declare module 'vitest' {
  interface ProvidedContext {
    readonly templatePairs: number;
  }
}

// What is done to a template is a chain of steps that can be taken back, whatever the templates are: `npm run test:algebra` tries many.

const numRuns = inject('templatePairs');
const boundary = 'arn:aws:iam::222222222222:policy/boundary';

/** Two versions of a service one after the other, and a third. */
const history = fc.record({ first: template, second: template, before: values, after: values, doubles: fc.boolean() });

/** What CloudFormation would say: versions are published where the function changes, and what has other properties may be replaced. */
function decisionsOn(next: Template, live: Template, doubles: boolean): Decisions {
  const { pairs } = applyTemplate(next, liveOf(live), boundary);
  const changed = JSON.stringify(next.Resources['Orders']) !== JSON.stringify(live.Resources['Orders']);
  const [pair] = pairs;
  const isReplaced = (id: string): boolean =>
    /Table|Queue$/.test(live.Resources[id]?.Type ?? '') &&
    live.Resources[id]?.Type === next.Resources[id]?.Type &&
    JSON.stringify(next.Resources[id]?.Properties) !== JSON.stringify(live.Resources[id]?.Properties);
  return {
    publishing: pair !== undefined && changed ? { [pair.versionId]: 'certain' } : {},
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
    fc.property(history, ({ first, second, before, after, doubles }) => {
      const live = liveOf(settledFirst(first), before);
      const decisions = decisionsOn(second, live.template, doubles);
      check({ live, next: second, decisions, applied: applyTemplate(second, live, boundary, decisions, after), after });
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

  it('apply, then restore, is the live template', () => {
    sees(({ live }) => {
      expect(restoreTemplate(live.template, live.versions)).toEqual(live.template);
    });
  });

  it('nothing of the live template is missing while it is applied, under its own name and as it was', () => {
    sees(({ live, applied }) => {
      for (const [id, resource] of Object.entries(live.template.Resources)) {
        expect(applied.template.Resources[id]?.Type, id).toBe(resource.Type);
        if (applied.named.Resources[id] !== undefined || applied.done.keep.resources.includes(id)) continue;
        throw new Error(`${id} is neither in the release's template nor kept`);
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
