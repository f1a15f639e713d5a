import { checkName } from '../../checks/schema.ts';
import type { Template } from '../../template/template.ts';
import type { Manifest } from '../manifest.ts';
import { draftAlarms } from './alarms.ts';
import { draftChecks } from './checks.ts';
import { alarmNotes, authorNotes, checkNotes, guardNotes, parameterNotes } from './notes.ts';

/** What a manifest is drafted from. */
interface DraftSource extends Pick<Manifest, '$schema' | 'service' | 'version' | 'source' | 'parameters'> {
  readonly template: Template;
  /** The template's name beside `release.json`. */
  readonly templateFile: string;
}

/** A manifest as it is written first, and what its team should know of it. */
export interface Draft {
  readonly manifest: Manifest;
  /** `service orders, version 0.1.0, 2 alarms, 1 smoke check (GET OrdersApi/health)` */
  readonly summary: string;
  readonly notes: readonly string[];
}

/** Drafts a manifest from a template. What cannot be known from it is said in the notes, and never guessed. */
export function draftManifest({ template, templateFile, ...given }: DraftSource): Draft {
  const watched = draftAlarms(template);
  const checked = draftChecks(template);
  const { $schema, service, version, source, parameters } = given;
  const { alarms } = watched;
  const { smoke } = checked;
  return {
    manifest: {
      ...($schema === undefined ? {} : { $schema }),
      ...{ service, version, source, template: templateFile },
      ...(parameters === undefined ? {} : { parameters }),
      ...(alarms.length === 0 ? {} : { alarms: [...alarms] }),
      ...(smoke.length === 0 ? {} : { checks: { smoke: [...smoke] } }),
    },
    summary: [
      `service ${service}`,
      `version ${version}`,
      counted(alarms.length, 'alarm'),
      `${counted(smoke.length, 'smoke check')}${smoke.length === 0 ? '' : ` (${smoke.map(checkName).join(', ')})`}`,
    ].join(', '),
    notes: [
      ...guardNotes(template),
      ...parameterNotes(template, parameters ?? {}),
      ...alarmNotes(template, watched),
      ...checkNotes(checked),
      ...authorNotes(source.author),
    ],
  };
}

function counted(count: number, noun: string): string {
  return `${count === 0 ? 'no' : count} ${noun}${count === 1 ? '' : 's'}`;
}
