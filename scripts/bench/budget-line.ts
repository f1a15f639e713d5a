/** One budget of the design, measured. */
export interface Line {
  readonly what: string;
  readonly measured: number;
  readonly budget: number;
  readonly unit: string;
}

export function showLine({ what, measured, budget, unit }: Line): string {
  const digits = unit === ' $' ? 5 : Number.isInteger(measured) ? 0 : 2;
  return `${measured <= budget ? 'within' : 'OVER  '}  ${what}: ${measured.toFixed(digits)}${unit}, budget ${budget}${unit}\n`;
}
