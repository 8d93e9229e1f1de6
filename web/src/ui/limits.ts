/** The bounds of the interface description that forms check themselves and name in their texts. */
export const LIMITS = {
  password: { min: 10, max: 1024, isText: true },
  email: { min: 3, max: 191, isText: true },
  personName: { max: 100, isText: true },
  tokenName: { min: 1, max: 100, isText: true },
  intervalMinutes: { min: 1, max: 1440 },
} as const;
