import type { Language } from '../examples/language.ts';

/** Where the service is. */
export type Service =
  | { readonly kind: 'reference' }
  | { readonly kind: 'address'; readonly url: string }
  /** The address that the contract or the OpenAPI document names. */
  | { readonly kind: 'described' };

/** How its API is described. Paths are relative to the folder. */
export type Description =
  | { readonly kind: 'default' }
  | { readonly kind: 'contract'; readonly path: string }
  | { readonly kind: 'OpenAPI'; readonly path: string };

/** Everything that `init` asks. */
export interface Answers {
  readonly service: Service;
  readonly description: Description;
  readonly language: Language;
  readonly hasWorkflow: boolean;
}
