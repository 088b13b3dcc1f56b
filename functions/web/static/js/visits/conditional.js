/** Calls that carry a condition or a key: the headers that go out, and the version that comes back. */
import { DEADLINE_MS, HttpProblem, NetworkFailure, problem } from "../http.js";
import { authorized } from "../identity.js";

/**
 * One signed call, one try.
 * @param {string} method
 * @param {string} path
 * @param {{headers?: Record<string, string>, body?: unknown}} [request]
 * @returns {Promise<{body: any, etag: string}>} `etag` as the server wrote it, "" without one
 * @throws {HttpProblem} the server said no
 * @throws {NetworkFailure} no usable answer
 */
export function conditional(method, path, { headers = {}, body } = {}) {
  return authorized(async (token) => {
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(), DEADLINE_MS);
    try {
      const response = await fetch(path, {
        method,
        headers: {
          accept: "application/json, application/problem+json",
          authorization: `Bearer ${token}`,
          ...(body === undefined ? {} : { "content-type": "application/json" }),
          ...headers,
        },
        body: body === undefined ? undefined : JSON.stringify(body),
        cache: "no-store",
        credentials: "omit",
        redirect: "error",
        referrerPolicy: "no-referrer",
        signal: controller.signal,
      });
      const text = await response.text();
      if (!response.ok) throw problem(response, text);
      return { body: text ? JSON.parse(text) : null, etag: response.headers.get("etag") ?? "" };
    } catch (error) {
      if (error instanceof HttpProblem) throw error;
      if (error instanceof SyntaxError) throw new NetworkFailure("unreadable");
      throw new NetworkFailure(controller.signal.aborted ? "timeout" : "network");
    } finally {
      clearTimeout(timer);
    }
  });
}
