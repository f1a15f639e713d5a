import { Option } from 'commander';
import { LONGEST_REASON } from '../core/contract/api/actions.ts';
import { tidyLines } from '../core/values/text.ts';
import { CommandError, exitCode } from './exit-codes.ts';

/** Why somebody does something: what the ledger keeps. */
export function reasonOption(): Option {
  return new Option('--reason <text>', 'kept in the ledger').argParser((given) => {
    const text = tidyLines(given);
    if (text !== '' && text.length <= LONGEST_REASON) return text;
    throw new CommandError(
      `--reason takes 1 to ${LONGEST_REASON} characters: say why, as the ledger keeps it.`,
      exitCode.badInput,
      { code: 'cli.usage' },
    );
  });
}
