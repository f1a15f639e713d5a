/** What CloudFormation shows in place of a value that it does not know yet. */
export const unknownValue = '{{changeSet:KNOWN_AFTER_APPLY}}';

/** The same text with what is not known yet in words. */
export function unknownInWords(text: string): string {
  return text.replaceAll(unknownValue, '(known only once it is applied)');
}
