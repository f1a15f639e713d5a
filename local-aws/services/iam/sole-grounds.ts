/**
 * What alone allowed a request, pure: the statements without any one of which IAM would have refused it.
 */
import type { PolicyDocument, PolicyStatement } from '../../kernel/principal.ts';
import type { SoleGround } from '../../kernel/observation.ts';
import {
  applies,
  evaluate,
  many,
  matchesAction,
  matchesResource,
  statementsOf,
  type AccessRequest,
  type ApplicablePolicies,
} from './evaluate.ts';

/** Whose policy a document is: what `SoleGround` says of its policy. */
export type Source = Pick<SoleGround, 'kind' | 'holder' | 'inline'>;

/** One decision, with where its policies come from; documents without a source are not spoken of. */
export interface Question {
  readonly request: AccessRequest;
  readonly policies: ApplicablePolicies;
  readonly sources: ReadonlyMap<PolicyDocument, Source>;
}

/** Every statement without which the same request would be denied; none where it is denied anyway. */
export function soleGrounds({ request, policies, sources }: Question): readonly SoleGround[] {
  if (!evaluate(request, policies).allowed) return [];
  return [...sources].flatMap(([document, source]) =>
    statementsOf(document).flatMap((statement, index) => {
      if (statement.Effect !== 'Allow' || !applies(statement, request)) return [];
      if (evaluate(request, without(policies, document, index)).allowed) return [];
      return [{ ...source, statement: index, ...placesIn(statement, request) }];
    }),
  );
}

function placesIn(statement: PolicyStatement, request: AccessRequest): Pick<SoleGround, 'actions' | 'resources'> {
  return {
    actions: places(many(statement.Action ?? []), (pattern) => matchesAction(pattern, request)),
    resources: places(many(statement.Resource ?? []), (pattern) => matchesResource(pattern, request)),
  };
}

function places(patterns: readonly string[], matches: (pattern: string) => boolean): readonly number[] {
  return patterns.flatMap((pattern, place) => (matches(pattern) ? [place] : []));
}

function without(policies: ApplicablePolicies, document: PolicyDocument, statement: number): ApplicablePolicies {
  const less: PolicyDocument = {
    ...document,
    Statement: statementsOf(document).filter((_, index) => index !== statement),
  };
  const replaced = (one: PolicyDocument): PolicyDocument => (one === document ? less : one);
  const { identity, boundary, resource } = policies;
  return {
    ...policies,
    identity: identity === 'everything' ? identity : identity.map(replaced),
    boundary: boundary === undefined ? undefined : replaced(boundary),
    resource: resource === undefined ? undefined : replaced(resource),
  };
}
