/**
 * How good the connection is, measured between this device and the product: the time of a round trip, and how fast this
 * page's own script arrives. The provider's servers may be nearer or farther away, so it is an estimate.
 */
import { t } from "../../shell/messages.js";

/**
 * @typedef {{roundTripMs: number, kbps: number}} Measured
 * @typedef {"good" | "fair" | "weak" | "none"} Verdict
 */

const TRIPS = 4;
const LOADS = 2;

/** Without an answer in this time there is no connection to speak of. In milliseconds. */
const DEADLINE_MS = 8_000;

/** A call between two needs about 1 Mbit/s for a clear picture and 300 kbit/s for a small one. In kbit/s. */
const CLEAR_KBPS = 1_500;
const SMALL_KBPS = 400;

/** From 400 ms for there and back, people interrupt each other (ITU-T G.114); a request takes longer than a packet. */
const SWIFT_MS = 400;
const SLOW_MS = 1_000;

/** @returns {Promise<Measured | null>} null without a connection */
export async function measureConnection() {
  const address = import.meta.url;
  try {
    // The first one may open the connection, which calls do only once.
    await load(address, "HEAD");
    const trips = [];
    for (let trip = 0; trip < TRIPS; trip += 1) trips.push((await load(address, "HEAD")).ms);
    const speeds = [];
    for (let number = 0; number < LOADS; number += 1) {
      const { ms, bytes } = await load(address, "GET");
      speeds.push((bytes * 8) / Math.max(1, ms));
    }
    return { roundTripMs: Math.round(median(trips)), kbps: Math.round(Math.max(...speeds)) };
  } catch {
    return null;
  }
}

/** @param {Measured | null} measured @returns {Verdict} */
export function verdictOf(measured) {
  if (!measured) return "none";
  if (measured.kbps < SMALL_KBPS || measured.roundTripMs > SLOW_MS) return "weak";
  return measured.kbps < CLEAR_KBPS || measured.roundTripMs > SWIFT_MS ? "fair" : "good";
}

/**
 * @param {Measured | null} measured
 * @returns {string}
 */
export function verdictText(measured) {
  switch (verdictOf(measured)) {
    case "good":
      return t("visits.connection.good");
    case "fair":
      return t("visits.connection.fair");
    case "weak":
      return t("visits.connection.weak");
    default:
      return t("visits.connection.none");
  }
}

/**
 * @param {string} address
 * @param {"HEAD" | "GET"} method
 * @returns {Promise<{ms: number, bytes: number}>} how long it took, and how many bytes came
 */
async function load(address, method) {
  const began = performance.now();
  const response = await fetch(address, { method, cache: "no-store", signal: AbortSignal.timeout(DEADLINE_MS) });
  const { byteLength } = await response.arrayBuffer();
  // It comes compressed, and the header says how large that is.
  return { ms: performance.now() - began, bytes: Number(response.headers.get("content-length")) || byteLength };
}

/** @param {number[]} numbers at least one */
function median(numbers) {
  return [...numbers].sort((one, other) => one - other)[Math.floor(numbers.length / 2)] ?? 0;
}
