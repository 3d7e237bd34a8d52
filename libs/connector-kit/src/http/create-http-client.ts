import { AxiosHttpClient } from './axios-http-client.js';
import type { HttpClientOptions, ManagedHttpClient } from './client-options.js';
import type { Settings } from '../contract.js';

/**
 * The HTTP client of one connection: rate bucket, breaker, credentials, deadline, size limit, outbound guard, failure sorting,
 * redaction. Holds sockets until `close`.
 *
 * @throws TypeError when the base URL is not an http(s) URL without credentials, query and fragment
 */
export function createHttpClient<S extends Settings>(options: HttpClientOptions<S>): ManagedHttpClient<S> {
  return new AxiosHttpClient(options);
}
