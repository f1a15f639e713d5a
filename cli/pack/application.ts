import type { Problem } from '../../core/values/problems.ts';
import type { TemplateDocument } from './places.ts';
import type { Uploads } from './uploads.ts';

/** What is packed: a template as a team or its build tool wrote it, and where its code is. */
export interface Application {
  /** The template's file. */
  readonly file: string;
  /** The file that people change where a tool made the template of it, with the same logical ids. */
  readonly written?: string;
  readonly template: TemplateDocument;
  /** Paths of the template begin here. */
  readonly base: string;
  /** What its build tool would upload; undefined where the template names its code by paths. */
  readonly uploads?: Uploads;
  /** The command that builds it: `cdk synth`. */
  readonly build: string;
  /** Where a tool built it; undefined where it is packed from its sources. */
  readonly made?: MadeByTool;
  /** Lines of code that made resources, by logical id, where the tool noted them down. */
  readonly lines?: ReadonlyMap<string, WrittenLine>;
  /** What a person should know about what is packed. */
  readonly notes: readonly string[];
  /** What keeps it from being packed, as far as it is seen without its code. */
  readonly problems: readonly Problem[];
}

/** A line of a file that people write. */
export interface WrittenLine {
  readonly path: string;
  /** From 1, as an editor counts. */
  readonly line: number;
  readonly column: number;
}

/** What a build tool left, and of what. */
interface MadeByTool {
  /** As a person would look for it. */
  readonly folder: string;
  /** A file that every build writes: its time is the build's. */
  readonly writtenBy: string;
  /** Folders of what was built. */
  readonly sources: readonly string[];
  /** Code that a build takes as it is: what has the same path in both is the same, or was changed since. */
  readonly copies?: readonly Copy[];
}

/** A folder of sources, and the folder that a build copied it to. */
export interface Copy {
  readonly from: string;
  readonly to: string;
}

/** An application, or why its template cannot be had. */
export type ApplicationReading = Application | Unreadable;

/** A file that stands in the way. */
export interface Unreadable {
  readonly file: string;
  readonly written?: undefined;
  readonly template?: undefined;
  readonly problems: readonly Problem[];
}
