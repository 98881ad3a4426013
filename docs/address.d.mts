export const ADDRESS: string;
export function fieldsOf(address: string): Record<string, unknown>;
export function withAbsoluteLinks(readme: string, address: string): string;
export function fileOf(link: string, address?: string): string;
export function withFields(
  manifest: Record<string, unknown>,
  address: string,
): Record<string, unknown>;
