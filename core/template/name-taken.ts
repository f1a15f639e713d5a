/** How the handlers of CloudFormation, and its check of a change set before anything is made, say that a name is in use. */
const words = /already exists|AlreadyExists|ResourceExistenceCheck/;

/** Does CloudFormation refuse a resource because something of its name is there, in no stack or in another? */
export function isNameTaken(reason: string): boolean {
  return words.test(reason);
}

const remedy =
  'What has that name was made by somebody else, or left where no release can take it over: import it into the stack (--import-existing-resources), or remove it (docs/operating.md, "A name is taken").';

/** The reason, and what to do where it is that a name is taken. */
export function withRemedy(reason: string): string {
  return isNameTaken(reason) ? `${reason}${reason.endsWith('.') ? '' : '.'} ${remedy}` : reason;
}
