import { replaceInFile } from '../scenario-runner.ts';
import { goodOrder } from '../simulated-users.ts';

/** Alters the sample service so that it fails on gift orders, which no check sends. @param folder its files */
export function failOnGiftOrders(folder: string): void {
  const alter = (from: string, to: string): void => replaceInFile(folder, 'orders/index.js', from, to);
  alter('const { items } = JSON.parse', 'const { items, gift } = JSON.parse');
  alter('if (!Array.isArray(items)', "if (gift) throw new Error('Gifts have no price');\n  if (!Array.isArray(items)");
}

/** An order that no check sends. */
export const giftOrder = (): string => goodOrder().replace('{', '{"gift":true,');
