/** Does an operation of AWS change anything, by its name? Taking a role, signing and the like change nothing that stays. */
export function isWrite(operation: string): boolean {
  return !/^(Get|Describe|List|Head|Query|Scan|BatchGet|AssumeRole$|Verify|Sign|GenerateMac|ValidateTemplate|TransactGet)/.test(
    operation,
  );
}
