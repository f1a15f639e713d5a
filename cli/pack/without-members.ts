import { recordOf } from '../../core/values/records.ts';
import type { TemplateDocument } from './places.ts';

/** The template without some members of a section, and without a section of which nothing is left. */
export function withoutMembers(
  template: TemplateDocument,
  section: string,
  names: readonly string[],
): TemplateDocument {
  const left = Object.entries(recordOf(template[section])).filter(([name]) => !names.includes(name));
  if (left.length > 0) return { ...template, [section]: Object.fromEntries(left) };
  return Object.fromEntries(Object.entries(template).filter(([name]) => name !== section));
}
