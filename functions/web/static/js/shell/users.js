/** What a person's record means, in words and in what they may do. Pure. */

/** @typedef {import("./tokens.js").User} User */

/** @type {readonly {code: string, display: string}[]} */
export const ROLES = Object.freeze([
  { code: "patient", display: "Patient" },
  { code: "clinician", display: "Clinician" },
  { code: "facilityAdmin", display: "Facility administrator" },
  { code: "systemAdmin", display: "System administrator" },
]);

/** @param {User} user */
export function isAdmin({ roles }) {
  return roles.includes("facilityAdmin") || roles.includes("systemAdmin");
}

/** @param {User} user */
export function isSystemAdmin({ roles }) {
  return roles.includes("systemAdmin");
}

/** @param {User} user */
export function isClinician({ roles }) {
  return roles.includes("clinician");
}

/** @param {User} user */
export function isPatient({ roles }) {
  return roles.includes("patient");
}

/**
 * Whether a facility's visits are open to this person; only what the server says counts.
 * @param {User} user
 */
export function holdsVisits(user) {
  return mayCapture(user) || user.roles.includes("facilityAdmin");
}

/**
 * Whether a person's photos of patients would be accepted; only what the server says counts.
 * @param {User} user
 */
export function mayCapture(user) {
  return isClinician(user) && user.verification === "verified";
}

/**
 * @param {User} user
 * @returns {string} the name, or the number of somebody without one
 */
export function nameOf({ displayName, phone }) {
  return displayName || phone || "No name";
}

/**
 * @param {string[]} roles
 * @returns {string} "Clinician, Facility administrator"
 */
export function rolesInWords(roles) {
  return ROLES.filter(({ code }) => roles.includes(code)).map(({ display }) => display).join(", ") || "None";
}

/**
 * @param {User} user
 * @returns {{text: string, look: string}} how far a clinician's review is, and the badge's look
 */
export function verificationOf({ verification }) {
  if (verification === "verified") return { text: "Verified", look: "ok" };
  if (verification === "rejected") return { text: "Rejected", look: "danger" };
  return { text: "Waiting for review", look: "warn" };
}

/**
 * Where a person begins.
 * @param {User} user
 * @returns {string} a path
 */
export function homeOf(user) {
  if (isClinician(user)) return "/";
  if (isAdmin(user)) return "/users";
  return isPatient(user) ? "/my-visits" : "/account";
}

/**
 * @param {string | null | undefined} instant ISO 8601
 * @returns {string} in the reader's own way of writing
 */
export function dateInWords(instant) {
  const at = Date.parse(instant ?? "");
  return Number.isNaN(at) ? "Never" : new Date(at).toLocaleString([], { dateStyle: "medium", timeStyle: "short" });
}
