export interface SearchSettings {
  readonly lexical: { readonly k1: number; readonly b: number };
  readonly fusionWeight?: number | undefined;
  readonly defaultLimit: number;
}
