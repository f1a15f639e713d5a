import * as errors from '../../../core/contract/errors.ts';

type ErrorName = Exclude<keyof typeof errors, 'SluiceError'>;

/** One of each error that `core/contract/errors.ts` exports, but for their base. */
export const everyError = Object.keys(errors)
  .filter((name): name is ErrorName => name !== 'SluiceError')
  .map((name) => new errors[name]('It happened.'));

/** Names of the errors a `Catch` may match and a `Retry` must not. */
export const businessErrorNames: readonly string[] = namesOf('business');
/** Errors of functions that no machine calls. */
const outsideMachines = ['SlackUnavailable', 'EventsNotTaken', 'IssuerUnavailable'];
/** Names of the errors a `Retry` may name. */
export const technicalErrorNames: readonly string[] = namesOf('technical').filter(
  (name) => !outsideMachines.includes(name),
);

function namesOf(kind: errors.SluiceError['kind']): string[] {
  return everyError.filter((error) => error.kind === kind).map(({ name }) => name);
}
