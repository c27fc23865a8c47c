import type { APIResponse } from '@playwright/test';
import { UserError } from '../kernel/errors.ts';
import type { CallOptions, RequestContext } from './request-context.ts';

/** Playwright's methods, all based on `call`. No method is `async`: each request would pay for a second promise. */
export abstract class Verbs implements Omit<RequestContext, 'dispose'> {
  protected abstract call<T>(
    method: string,
    url: string,
    options: CallOptions | undefined,
  ): Promise<APIResponse<T>>;

  get<T>(url: string, options?: CallOptions): Promise<APIResponse<T>> {
    return this.call('GET', url, options);
  }

  post<T>(url: string, options?: CallOptions): Promise<APIResponse<T>> {
    return this.call('POST', url, options);
  }

  put<T>(url: string, options?: CallOptions): Promise<APIResponse<T>> {
    return this.call('PUT', url, options);
  }

  patch<T>(url: string, options?: CallOptions): Promise<APIResponse<T>> {
    return this.call('PATCH', url, options);
  }

  delete<T>(url: string, options?: CallOptions): Promise<APIResponse<T>> {
    return this.call('DELETE', url, options);
  }

  head<T>(url: string, options?: CallOptions): Promise<APIResponse<T>> {
    return this.call('HEAD', url, options);
  }

  /** Accepts only a URL; Playwright's method also accepts a request of a page. */
  fetch<T>(url: string, options?: CallOptions): Promise<APIResponse<T>> {
    if (typeof url !== 'string')
      return Promise.reject(new UserError('Give fetch a URL, not a request of a page.'));
    return this.call(options?.method?.toUpperCase() ?? 'GET', url, options);
  }
}
