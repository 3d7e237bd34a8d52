export { clientCredentialsAuth } from './auth/client-credentials-auth.js';
export type { ClientCredentials } from './auth/client-credentials-auth.js';
export { basicAuth, bearerAuth, headerAuth, queryAuth } from './auth/header-auth.js';
export { createMemoryTokenStore } from './auth/memory-token-store.js';
export { splitBulk } from './bulk/split-bulk.js';
export { writeEach } from './bulk/write-each.js';
export { systemClock } from './clock.js';
export { openConnection } from './connection/open-connection.js';
export type { OpenConnection, OpenConnectionOptions } from './connection/open-connection.js';
export { resolveLimits, resolveStreams } from './connection/resolve-streams.js';
export { defineConnector } from './contract.js';
export type {
  AnswerToSort,
  Auth,
  CheckStep,
  Connector,
  ConnectorContext,
  ConnectorLimits,
  Cursor,
  Fetched,
  KitClock,
  OutgoingCall,
  Page,
  ProbeResult,
  RawRequest,
  ReadRequest,
  Settings,
  StoredToken,
  Stream,
  StreamWrite,
  Streams,
  TokenStore,
  Verified,
  WebhookEvent,
  WebhookHandler,
  WriteItem,
  WriteResult,
} from './contract.js';
export { FailureError } from './failure.js';
export type { Failure, FailureKind, Wording } from './failure.js';
export type { FileEntry, FileStore } from './file-store.js';
export type { CallObservation } from './http/call-observation.js';
export { appendQuery, parseBaseUrl, pathOfLink } from './http/call-path.js';
export type { BaseUrl } from './http/call-path.js';
export type { HttpClientOptions, ManagedHttpClient } from './http/client-options.js';
export { createHttpClient } from './http/create-http-client.js';
export { createOutboundGuard, isPublicAddress, OutboundRefused } from './http/outbound-guard.js';
export type { GuardedLookup, OutboundGuard, Resolve } from './http/outbound-guard.js';
export { createRedactor } from './http/redactor.js';
export type { Redactor } from './http/redactor.js';
export { LONGEST_RETRY_AFTER_MS, retryAfterMs } from './http/retry-after.js';
export { sourceTime } from './http/source-time.js';
export { sortByStatus } from './http/sort-by-status.js';
export type { RefusalText } from './http/sort-by-status.js';
export type { TransportOptions } from './http/transport.js';
export type { HttpAnswer, HttpCall, HttpClient } from './http-contract.js';
export type { Json, JsonObject, JsonSchema, Row } from './json.js';
export { createCircuitBreaker } from './limits/circuit-breaker.js';
export type { BreakerState, CircuitBreaker, CircuitBreakerOptions } from './limits/circuit-breaker.js';
export { createRateBucket } from './limits/in-process-rate-bucket.js';
export type { RateBucketOptions } from './limits/in-process-rate-bucket.js';
export type { RateBucket } from './limits/rate-bucket.js';
export { makeFailure } from './make-failure.js';
export { createManualClock } from './manual-clock.js';
export type { ManualClock } from './manual-clock.js';
export { pagesByCursor } from './paging/pages-by-cursor.js';
export type { CursorRun } from './paging/pages-by-cursor.js';
export { pagesByKeyset } from './paging/pages-by-keyset.js';
export type { KeysetPosition, KeysetRun } from './paging/pages-by-keyset.js';
export { pagesByNumber } from './paging/pages-by-number.js';
export type { NumberedPage, NumberedRun } from './paging/pages-by-number.js';
export type { RunPage } from './paging/run-page.js';
export { windowedPages } from './paging/windowed-pages.js';
export type { WindowedRead } from './paging/windowed-pages.js';
export { didYouMean } from './settings/did-you-mean.js';
export { secretNames, secretValues } from './settings/secret-names.js';
export { compileSchema, validateSettings } from './settings/validate-settings.js';
export type { SettingsProblem } from './settings/validate-settings.js';
export { equalInConstantTime, hmac } from './webhook/hmac.js';
export type { DigestEncoding, HmacAlgorithm } from './webhook/hmac.js';
export { verifyHmacWebhook } from './webhook/verify-hmac-webhook.js';
export type { HmacWebhook } from './webhook/verify-hmac-webhook.js';
