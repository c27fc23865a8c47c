export const settingsInHelp: Readonly<Record<string, string>>;
