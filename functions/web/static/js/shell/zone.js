/** Whose clock a page’s times are by, where the reader’s and the facility’s show different times. */
import { byId, setText } from "./dom.js";
import { t } from "./messages.js";
import { facilityOf } from "./users.js";

/**
 * Says so in the page’s notice.
 * @param {import("./users.js").User} user
 * @param {number} [at] Unix ms
 */
export function drawZone(user, at = Date.now()) {
  const mine = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const note = zoneNote(mine, user.facilityTimeZone, facilityOf(user), at);
  setText("zone", note);
  byId("zone").hidden = !note;
}

/**
 * What to say of times where the reader's clock is not the facility's.
 * @param {string} mine the reader's time zone (IANA)
 * @param {string | undefined} theirs the facility's
 * @param {string} facility its name
 * @param {number} at Unix ms; zones that show the same time then do not differ
 * @returns {string} "" where they do not
 */
export function zoneNote(mine, theirs, facility, at) {
  const [here, there] = [offsetName(mine, at), theirs ? offsetName(theirs, at) : ""];
  if (!there || here === there) return "";
  const name = facility || t("shell.zone.facility");
  return t("shell.zone", { mine: place(mine), offset: here, facility: name, theirs: place(theirs ?? ""), theirOffset: there });
}

/** @param {string} zone @param {number} at */
function offsetName(zone, at) {
  try {
    const parts = new Intl.DateTimeFormat("en", { timeZone: zone, timeZoneName: "longOffset" }).formatToParts(at);
    return parts.find(({ type }) => type === "timeZoneName")?.value.replace(/:00$/, "").replace(/[+-]00$/, "").replace(/([+-])0/, "$1") ?? "";
  } catch {
    return ""; // a zone that this browser does not know
  }
}

/** @param {string} zone @returns {string} "Auckland" */
function place(zone) {
  return (zone.split("/").pop() ?? zone).replaceAll("_", " ");
}
