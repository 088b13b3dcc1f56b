/**
 * The session of this phone: the patient, and the token for uploads. `uploadToken` is null once the session has ended:
 * its photos wait for a new code of the same patient. `asideFor`: the session for which these photos were put aside.
 * `clockOffset`: how many milliseconds the server's clock is ahead of this phone's. `sendAtOnce`: without review, unless somebody has turned that off. `phone`: this
 * phone, as the desktop shows it. `consent`: to photography, as far as this phone knows. `inRecord`: how many photos of the session are in the
 * patient's record, as far as it knows.
 *
 * @typedef {{
 *   key: string, encounterId: string, patientId: string, facilityId: string,
 *   patientName: string | null, patientNHI: string | null,
 *   uploadToken: string | null, maxImages: number, imageCount: number, countedAt: number,
 *   expiresAt: number, usedAt: number, tokenHash: string, asideFor?: string, clockOffset?: number,
 *   sendAtOnce?: boolean, inRecord?: number, phone?: import("openapi").KnownPhoneDocument,
 *   consent?: import("../consent.js").Consent | null
 * }} Session
 */

import { t } from "../../shell/messages.js";
import { sha256 } from "../upload/sha256.js";

const TAB = "bedside.session";

/** Older photos are deleted, sent or not: the server's copy lives no longer. In milliseconds. */
const KEEP_MS = 24 * 60 * 60 * 1000;

/**
 * @param {import("openapi").ExchangedTokenDocument} answer
 * @param {string} tokenHash
 * @param {number} now Unix milliseconds
 * @returns {Session}
 */
export function fromResponse(answer, tokenHash, now) {
  return {
    // Photos belong to a patient, not just to an encounter id: both must match.
    key: [answer.facilityId, answer.encounterId, answer.patientId].join("/"),
    encounterId: answer.encounterId,
    patientId: answer.patientId,
    facilityId: answer.facilityId,
    patientName: answer.patientName ?? null,
    patientNHI: answer.patientNHI ?? null,
    uploadToken: answer.uploadToken,
    maxImages: answer.maxImages,
    imageCount: answer.imageCount,
    countedAt: 0,
    expiresAt: answer.expiresAt,
    usedAt: Date.parse(answer.serverTime) || now,
    clockOffset: Date.parse(answer.serverTime) - now || 0,
    tokenHash,
    phone: answer.phone,
    consent: answer.consent,
  };
}

/** The server's time, as far as this phone knows it. @param {Session} session */
export function serverTime({ clockOffset = 0 }) {
  return Date.now() + clockOffset;
}

/**
 * Whether something is more than a day old. A clock that was wrong when the session began may be right by now, or still
 * be wrong: what is young by either account stays.
 * @param {number} at the server's time
 * @param {Session} session
 * @param {number} now by this phone's clock
 */
export function isOld(at, { clockOffset = 0 }, now) {
  const ages = [now - at, now + clockOffset - at].filter((age) => age >= 0);
  return ages.length > 0 && Math.min(...ages) > KEEP_MS;
}

/** The name to show. @param {Session} session */
export function patientOf(session) {
  return session.patientName || t("capture.patient.id", { id: session.patientId });
}

/** The QR token in the address. `?t=` is moved into the fragment at once, which no server sees. */
export function tokenInUrl() {
  const query = new URLSearchParams(location.search).get("t");
  if (query) history.replaceState(history.state, "", `${location.pathname}#t=${encodeURIComponent(query)}`);
  return query || new URLSearchParams(location.hash.slice(1)).get("t") || null;
}

export function clearUrl() {
  history.replaceState(history.state, "", location.pathname);
}

/** Identifies a token without revealing it. @param {string} token */
export function hashToken(token) {
  return sha256(new TextEncoder().encode(token));
}

/** The session of this tab; another tab may serve another patient. */
export const tab = {
  /** @returns {Session | null} */
  read() {
    try {
      return JSON.parse(sessionStorage.getItem(TAB) ?? "null");
    } catch {
      return null;
    }
  },
  /** @param {Session | null} session */
  write(session) {
    try {
      if (session) sessionStorage.setItem(TAB, JSON.stringify(session));
      else sessionStorage.removeItem(TAB);
    } catch {
      // Storage is blocked: after a reload the code must be scanned again.
    }
  },
};

const PHONE = "bedside.phone";
/** @type {string | null} */
let id = null;

/** A random id of this phone, so that a new code does not make it another one. */
export function phoneId() {
  try {
    id ??= localStorage.getItem(PHONE) ?? crypto.randomUUID();
    localStorage.setItem(PHONE, id);
  } catch {
    id ??= crypto.randomUUID(); // storage is blocked
  }
  return id;
}
