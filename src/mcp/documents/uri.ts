export const DOCUMENT_TEMPLATE = 'aquifer://documents/{id}';

export function documentUri(id: string): string {
  return `aquifer://documents/${encodeURIComponent(id)}`;
}
