import { isLoopback } from './loopback.ts';
import { SecretAddress } from './secret-address.ts';

/** The address of a webhook. */
export class Webhook extends SecretAddress {
  get isSlack(): boolean {
    return /(^|\.)slack(-gov)?\.com$/.test(this.hostname);
  }

  get isLoopback(): boolean {
    return isLoopback(this.hostname);
  }
}
