/** What to tell someone whose photos were not added. */

import { t } from "../../shell/messages.js";

/** What to tell someone whose file could not be read. @param {string} name */
export function unreadable(name) {
  return /\.hei[cf]$/i.test(name) ? t("capture.phone.unreadable.heic", { name }) : t("capture.phone.unreadable", { name });
}

/** What to tell someone whose file is cut off. @param {string} name */
export function damaged(name) {
  return t("capture.phone.damaged", { name });
}

/** What to tell someone who chose more photos than a session holds. @param {number} over @param {number} max */
export function tooMany(over, max) {
  return t("capture.adding.too-many", { count: over, max });
}
