import { replaceInFile } from '../scenario-runner.ts';
import { goodOrder } from '../simulated-users.ts';

/** Alters the sample service so that it is good until users order what nobody tried. @param folder its files */
export function refuseGifts(folder: string): void {
  const alter = (from: string, to: string): void => replaceInFile(folder, 'orders/index.js', from, to);
  alter('const { items } = JSON.parse', 'const { items, gift } = JSON.parse');
  alter('if (!Array.isArray(items)', "if (gift) throw new Error('Gifts have no price');\n  if (!Array.isArray(items)");
}

/** What nobody tried. */
export const giftOrder = (): string => goodOrder().replace('{', '{"gift":true,');
