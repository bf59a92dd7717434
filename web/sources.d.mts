export const BUDGET: number;
export function sourcesHash(): string;
