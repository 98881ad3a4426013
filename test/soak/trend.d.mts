export interface Trend {
  level: number;
  allowed: number;
  growth: number | undefined;
  grows: boolean;
}

export function quantile(sorted: number[], share: number): number;
export function median(values: number[]): number;
export function blockMedians(values: number[], most?: number): number[];
export function trend(values: number[], tolerance: { relative?: number; absolute?: number }): Trend;
