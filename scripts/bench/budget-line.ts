/** A budget of the design beside its measurement. */
export interface BudgetLine {
  readonly what: string;
  readonly measured: number;
  readonly budget: number;
  readonly unit: string;
}

export function formatBudgetLine({ what, measured, budget, unit }: BudgetLine): string {
  const digits = unit === ' $' ? 5 : Number.isInteger(measured) ? 0 : 2;
  return `${measured <= budget ? 'within' : 'OVER  '}  ${what}: ${measured.toFixed(digits)}${unit}, budget ${budget}${unit}\n`;
}
