import type { APIResponse, Request } from '@playwright/test';
import type { CallOptions, RequestContext } from './request-context.ts';

/** Playwright's methods of calling, all by way of one. None is `async`: a second promise would cost every request. */
export abstract class Verbs implements Omit<RequestContext, 'dispose'> {
  protected abstract call<T>(
    method: string,
    url: string,
    options: CallOptions | undefined,
  ): Promise<APIResponse<T>>;

  /** A call that is given as a request of a page. */
  protected abstract callLike<T>(request: Request, options: CallOptions | undefined): Promise<APIResponse<T>>;

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

  fetch<T>(urlOrRequest: string | Request, options?: CallOptions): Promise<APIResponse<T>> {
    if (typeof urlOrRequest !== 'string') return this.callLike(urlOrRequest, options);
    return this.call(options?.method?.toUpperCase() ?? 'GET', urlOrRequest, options);
  }
}
