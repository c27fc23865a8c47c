import type { APIResponse } from '@playwright/test';

/**
 * An answer of Playwright's context with its body taken out. Playwright keeps every body and every log until the
 * context closes, so a long run would grow with its requests; here the garbage collector takes them.
 */
export class PlaywrightResponse<T> implements APIResponse<T> {
  readonly #answer: APIResponse<T>;
  readonly #url: string;
  #body: Buffer | undefined;

  private constructor(answer: APIResponse<T>, url: string, body: Buffer) {
    this.#answer = answer;
    this.#url = url;
    this.#body = body;
  }

  /** `url`: what was called; the connection may have gone elsewhere. */
  static async taken<T>(answer: APIResponse<T>, url: string): Promise<PlaywrightResponse<T>> {
    const body = await answer.body();
    await answer.dispose();
    return new PlaywrightResponse(answer, url, body);
  }

  ok(): boolean {
    return this.#answer.ok();
  }

  status(): number {
    return this.#answer.status();
  }

  statusText(): string {
    return this.#answer.statusText();
  }

  url(): string {
    return this.#url;
  }

  headers(): { [key: string]: string } {
    return this.#answer.headers();
  }

  headersArray(): { name: string; value: string }[] {
    return this.#answer.headersArray();
  }

  timing(): ReturnType<APIResponse['timing']> {
    return this.#answer.timing();
  }

  serverAddr(): ReturnType<APIResponse['serverAddr']> {
    return this.#answer.serverAddr();
  }

  securityDetails(): ReturnType<APIResponse['securityDetails']> {
    return this.#answer.securityDetails();
  }

  async body(): Promise<Buffer> {
    if (this.#body === undefined) throw new Error('Response has been disposed');
    return this.#body;
  }

  async text(): Promise<string> {
    return (await this.body()).toString('utf8');
  }

  async json(): Promise<T> {
    return JSON.parse(await this.text()) as T;
  }

  async dispose(): Promise<void> {
    this.#body = undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.dispose();
  }
}
