/** Users as the server describes them: their roles and names. Pure. */
import { t } from "./messages.js";

/**
 * @typedef {import("openapi").UserDocument} User
 * @typedef {import("openapi").RoleName} Role
 */

/** @type {readonly {code: Role, display: string}[]} */
export const ROLES = Object.freeze([
  { code: "patient", display: t("shell.role.patient") },
  { code: "clinician", display: t("shell.role.clinician") },
  { code: "facilityAdmin", display: t("shell.role.facility-admin") },
  { code: "systemAdmin", display: t("shell.role.system-admin") },
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
 * Whether a clinician's review is done; only what the server says counts.
 * @param {User} user
 */
export function isVerifiedClinician(user) {
  return isClinician(user) && user.verification === "verified";
}

/**
 * @param {User} user
 * @returns {string} the display name, or else the phone number
 */
export function nameOf({ displayName, phone }) {
  return displayName || phone || t("shell.no-name");
}

/**
 * @param {User} user
 * @returns {string} the name of their facility, or else its code; "" without a facility
 */
export function facilityOf({ facilityId, facilityName }) {
  return facilityName || facilityId || "";
}

/**
 * @param {{facilityId?: string | null, facilityName?: string | null}} place
 * @returns {string} "Kauri Street Hospital (FAC001)"; "" without a facility
 */
export function facilityWithCode({ facilityId, facilityName }) {
  if (!facilityId) return "";
  return facilityName ? `${facilityName} (${facilityId})` : t("shell.facility-without-name", { code: facilityId });
}

/**
 * @param {string[]} roles
 * @returns {string} "Clinician, Facility administrator"
 */
export function roleNames(roles) {
  return ROLES.filter(({ code }) => roles.includes(code)).map(({ display }) => display).join(", ") || t("shell.none");
}
