/** DNS over HTTPS for any runtime: what a Worker imports, without listeners and without anything of Node. */
export { DNS_QUERY_PATH, type DohEnv, type DohOptions, dohApp, RESOLVE_PATH } from './app.ts'
