/** Where Allure looks for its configuration. */
export { default } from './src/views/allure/report.config.ts';
