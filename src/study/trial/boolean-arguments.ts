// How a parameter that is true or false becomes an argument of a command: `--name=true`, `--name` or nothing, `--name` or
// `--no-name`.
export const BOOLEAN_ARGUMENTS = ['value', 'flag', 'no'] as const;
export type BooleanArguments = (typeof BOOLEAN_ARGUMENTS)[number];
