export type Totals = Record<string, { stories: number; seconds: number }>;
export function addTotals(folder: string, byRole: Totals, place: string): void;
