/** Something in a template that SAM does not take, in its words. The other resources are still looked at. */
export class Problem extends Error {
  override readonly name = 'Problem';

  constructor(
    message: string,
    /** Whether it is about an event, which names the resource around it. */
    readonly ofEvent = false,
  ) {
    super(message);
  }
}

/** Something that leaves the whole template unread: the only problem that is told. */
export class DocumentProblem extends Error {
  override readonly name = 'DocumentProblem';

  constructor(readonly messages: readonly string[]) {
    super(messages.join(' '));
  }
}

export function resourceProblem(id: string, text: string): Problem {
  return new Problem(`Resource with id [${id}] is invalid. ${text}`);
}

export function eventProblem(id: string, text: string): Problem {
  return new Problem(`Event with id [${id}] is invalid. ${text}`, true);
}

export function structureText(text: string): string {
  return `Structure of the SAM template is invalid. ${text}`;
}

export function templateProblem(text: string): Problem {
  return new Problem(structureText(text));
}

export function documentProblem(text: string): DocumentProblem {
  return new DocumentProblem([structureText(text)]);
}

const NOT_EXPANDED = 'This transform does not expand';

/** What AWS's own transform expands and this one does not. */
export function notExpanded(what: string): string {
  return `${NOT_EXPANDED} ${what}.`;
}

/** Whether an error says of something that AWS's own transform expands it and this one does not; SAM refuses all else, too. */
export function isNotExpanded(error: string): boolean {
  return error.includes(NOT_EXPANDED);
}

/** What an event lacks, said of the resource whose event it is. */
export function withinResource(id: string, error: unknown): unknown {
  return error instanceof Problem && error.ofEvent ? resourceProblem(id, error.message) : error;
}
