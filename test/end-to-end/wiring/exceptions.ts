/** Wires that may survive, each with the reason why no test on the local AWS can miss it. Everything else has to be missed. */
const exceptions: readonly { readonly wire: RegExp; readonly because: string }[] = [
  {
    wire: /^ReleaseTarget: sluice-target-boundary-\S+ allows /,
    because:
      'A boundary grants nothing. It is the most that a service’s template may ever grant to its own roles, so it names what services do that are not here.',
  },
  {
    wire: /^ReleaseTarget: .* cloudformation:CreateChangeSet: cloudformation aws:transform\//,
    because: 'Transforms are AWS’s own code: the local AWS refuses templates that need one, by name.',
  },
  {
    wire: /^ReleaseTarget: .* iam:GetUser/,
    because:
      'Users are in stacks that somebody else made; the local AWS makes none by CloudFormation. Their boundary is read as that of roles is.',
  },
];

/** Why a wire may survive; undefined when it may not. */
export function exceptionFor(name: string): string | undefined {
  return exceptions.find(({ wire }) => wire.test(name))?.because;
}
