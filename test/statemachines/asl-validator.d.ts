declare module 'asl-validator' {
  /** Judges a definition. @see https://github.com/ChristopheBougere/asl-validator */
  export default function validate(
    definition: Record<string, unknown>,
    options?: { readonly checkArn?: boolean },
  ): { readonly isValid: boolean; readonly errorsText: () => string };
}
