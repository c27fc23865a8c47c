const script = /\s*<script\b[^>]*>(?:(?!<\/script>)[\s\S])*<\/script>/g;

/** An Allure page without the scripts that report each page view to a service on the Internet. */
export function withoutAnalytics(page: string): string {
  return page.replace(script, (tag) => (/googletagmanager\.com|\bgtag\(/.test(tag) ? '' : tag));
}
