/** Where Allure looks for its configuration. */
export { default } from './src/reporters/allure/report.config.ts';
