/** A reason why a definition is refused; the codes are AWS's. */
export interface Problem {
  readonly code: 'INVALID_JSON_DESCRIPTION' | 'SCHEMA_VALIDATION_FAILED' | 'MISSING_TRANSITION_TARGET';
  readonly message: string;
  /** A path such as `/States/Check/Next`. */
  readonly location?: string;
}

export type Report = (problem: Problem) => void;
