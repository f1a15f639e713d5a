/** A measurement, beside the budget that the design gives it. */
export interface BudgetLine {
  readonly what: string;
  readonly measured: number;
  /** Left out where the design asks only to see it. */
  readonly budget?: number;
  readonly unit: string;
}

export function formatBudgetLine({ what, measured, budget, unit }: BudgetLine): string {
  const digits = unit === ' $' ? 5 : Number.isInteger(measured) ? 0 : 2;
  const said = `${what}: ${measured.toFixed(digits)}${unit}`;
  if (budget === undefined) return `shown   ${said}\n`;
  return `${measured <= budget ? 'within' : 'OVER  '}  ${said}, budget ${budget}${unit}\n`;
}
