import { problem, type Problem } from '../../core/values/problems.ts';

/** What packing says of code that it cannot take into the artifact. docs/cli.md has a row for each. */
export const packCodes = [
  'pack.build-differs',
  'pack.build-missing',
  'pack.build-unreadable',
  'pack.code-too-large',
  'pack.file-special',
  'pack.folder-empty',
  'pack.handler-missing',
  'pack.image-local',
  'pack.include-unreadable',
  'pack.link-broken',
  'pack.link-circle',
  'pack.lookup-missing',
  'pack.path-computed',
  'pack.path-left',
  'pack.path-missing',
  'pack.path-outside',
  'pack.stack-unclear',
  'pack.synth-error',
  'pack.template-missing',
  'pack.upload-left',
  'pack.zip-unreadable',
] as const;

export type PackCode = (typeof packCodes)[number];

/** A problem of packing. @param place of the property in the template, such as `Resources.Orders.Properties.CodeUri` */
export function packProblem(code: PackCode, place: string, sentence: string): Problem {
  return problem(code, place, sentence);
}
