/** Calls to our own API: deadlines, problem+json as a typed error, and retries within a person's patience. */

/** Waits before the second, third and fourth try, in milliseconds. @type {readonly number[]} */
export const RETRY_DELAYS_MS = Object.freeze([1000, 2000, 4000]);

/** A call without a response after this long is aborted, in milliseconds. */
export const DEADLINE_MS = 15_000;

/** The longest Retry-After to wait for; a longer one fails at once. In milliseconds. */
export const RETRY_AFTER_MAX_MS = 60_000;

/** The server answered with an error (RFC 9457). `slug` is the last part of the problem's type, "" if it sent none. */
export class HttpProblem extends Error {
  /**
   * @param {number} status
   * @param {{slug?: string, title?: string, detail?: string, requestId?: string | null, visitId?: string | null,
   *   errors?: import("./faults.js").FaultLike[], retryAfterMs?: number | null, body?: any}} [about]
   */
  constructor(status, about = {}) {
    super(about.detail || about.title || `HTTP ${status}`);
    this.name = "HttpProblem";
    this.status = status;
    this.slug = about.slug ?? "";
    this.title = about.title ?? "";
    this.detail = about.detail ?? "";
    this.requestId = about.requestId ?? null;
    this.visitId = about.visitId ?? null;
    this.errors = about.errors ?? [];
    this.retryAfterMs = about.retryAfterMs ?? null;
    this.body = about.body;
  }
}

/** No usable response: the network failed, the deadline passed, or a proxy responded instead. */
export class NetworkFailure extends Error {
  /** @param {"network" | "timeout" | "unreadable"} reason */
  constructor(reason) {
    super(reason);
    this.name = "NetworkFailure";
    this.reason = reason;
  }
}

/**
 * Whether a retry may help: network failures, timeouts, 408, 429 and 5xx.
 * @param {unknown} error
 * @returns {boolean}
 */
export function isTransient(error) {
  if (error instanceof NetworkFailure) return true;
  return error instanceof HttpProblem && (error.status === 408 || error.status === 429 || error.status >= 500);
}

/**
 * How long to wait before the next try; null when there is none.
 * @param {number} failures how many tries have failed so far, from 1
 * @param {unknown} error the last failure
 * @returns {number | null} milliseconds
 */
export function delayAfter(failures, error) {
  const delay = RETRY_DELAYS_MS[failures - 1];
  if (delay === undefined || !isTransient(error)) return null;
  const asked = error instanceof HttpProblem ? error.retryAfterMs : null;
  if (asked === null) return delay;
  return asked > RETRY_AFTER_MAX_MS ? null : Math.max(delay, asked);
}

/**
 * The Retry-After header in milliseconds; null if absent or unreadable.
 * @param {string | null} value seconds or an HTTP date
 * @param {number} now Unix milliseconds
 * @returns {number | null}
 */
export function parseRetryAfter(value, now) {
  if (!value) return null;
  if (/^\d+$/.test(value.trim())) return Number(value) * 1000;
  const at = Date.parse(value);
  return Number.isNaN(at) ? null : Math.max(0, at - now);
}

/** `exchange` for its body alone. @type {(...request: Parameters<typeof exchange>) => Promise<any>} */
export const call = async (...request) => (await exchange(...request)).body;

/**
 * One call, one try.
 * @param {string} method
 * @param {string} path same origin, with its parts already encoded
 * @param {{token?: string | null, body?: unknown, headers?: Record<string, string>, deadlineMs?: number,
 *   signal?: AbortSignal | null}} [options]
 * @returns {Promise<{body: any, etag: string}>} the JSON body, null without one; "" without an ETag
 * @throws {HttpProblem} the server responded with an error
 * @throws {NetworkFailure} no usable response
 * @throws {DOMException} AbortError, when `signal` aborts
 */
export async function exchange(method, path, { token, body, headers: more, deadlineMs = DEADLINE_MS, signal } = {}) {
  /** @type {Record<string, string>} */
  const headers = { accept: "application/json, application/problem+json", ...more };
  if (token) headers.authorization = `Bearer ${token}`;
  if (body !== undefined) headers["content-type"] = "application/json";
  // Here, because a failure of this would be the page's own, and none of the network.
  const payload = body === undefined ? undefined : JSON.stringify(body);
  // One controller by hand: some supported phones lack AbortSignal.any.
  const controller = new AbortController();
  const giveUp = () => controller.abort();
  const timer = setTimeout(giveUp, deadlineMs);
  signal?.addEventListener("abort", giveUp);
  try {
    signal?.throwIfAborted();
    const response = await fetch(path, {
      method,
      headers,
      body: payload,
      cache: "no-store",
      credentials: "omit",
      redirect: "error",
      referrerPolicy: "no-referrer",
      signal: controller.signal,
    });
    const text = await response.text();
    if (!response.ok) throw problem(response, text);
    return { body: text ? parse(text) : null, etag: response.headers.get("etag") ?? "" };
  } catch (error) {
    if (error instanceof HttpProblem || error instanceof NetworkFailure) throw error;
    if (signal?.aborted) throw new DOMException("Aborted", "AbortError");
    throw new NetworkFailure(controller.signal.aborted ? "timeout" : "network");
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", giveUp);
  }
}

/**
 * Runs a step, and again after 1, 2 and 4 seconds while it fails transiently. Coming online or into view ends a wait,
 * unless the server asked for it.
 * @template T
 * @param {(failures: number) => Promise<T>} step
 * @param {{signal?: AbortSignal | null, pause?: typeof sleep,
 *   onRetry?: (failures: number, waitMs: number, error: unknown) => void}} [options]
 * @returns {Promise<T>} what the step returned
 */
export async function retry(step, { signal, pause = sleep, onRetry } = {}) {
  for (let failures = 0; ; ) {
    try {
      return await step(failures);
    } catch (error) {
      failures += 1;
      const waitMs = delayAfter(failures, error);
      if (waitMs === null) throw error;
      onRetry?.(failures, waitMs, error);
      await pause(waitMs, signal ?? null, !(error instanceof HttpProblem && error.retryAfterMs !== null));
    }
  }
}

/** `call` with `retry` around it. @type {typeof call} */
export const callWithRetry = (method, path, options) =>
  retry(() => call(method, path, options), { signal: options?.signal });

/**
 * Waits; rejects with AbortError when `signal` aborts.
 * @param {number} ms
 * @param {AbortSignal | null} [signal]
 * @param {boolean} [wakes] whether coming online or into view ends the wait
 * @returns {Promise<void>}
 */
export function sleep(ms, signal = null, wakes = true) {
  return new Promise((resolve, reject) => {
    const seen = () => document.visibilityState === "visible" && finish();
    const stop = () => {
      tidy();
      reject(new DOMException("Aborted", "AbortError"));
    };
    const finish = () => {
      tidy();
      resolve();
    };
    const tidy = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", stop);
      removeEventListener("online", finish);
      document.removeEventListener("visibilitychange", seen);
    };
    const timer = setTimeout(finish, ms);
    if (signal?.aborted) return stop();
    signal?.addEventListener("abort", stop);
    if (wakes) {
      addEventListener("online", finish);
      document.addEventListener("visibilitychange", seen);
    }
  });
}

/**
 * @param {Response} response
 * @param {string} text
 * @returns {HttpProblem}
 */
function problem(response, text) {
  let body = /** @type {any} */ (null);
  try {
    body = JSON.parse(text);
  } catch {
    // A proxy's page, or no body: only the status counts.
  }
  if (typeof body !== "object" || body === null) body = {};
  return new HttpProblem(response.status, {
    slug: typeof body.type === "string" ? (body.type.split("/").pop() ?? "") : "",
    title: body.title,
    detail: body.detail,
    visitId: body.visitId,
    requestId: body.requestId ?? response.headers.get("x-request-id"),
    errors: Array.isArray(body.errors) ? body.errors : [],
    retryAfterMs: parseRetryAfter(response.headers.get("retry-after"), Date.now()),
    body,
  });
}

/**
 * @param {string} text
 * @returns {any}
 */
function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    // 200 without JSON is a captive portal's page: a network failure.
    throw new NetworkFailure("unreadable");
  }
}
