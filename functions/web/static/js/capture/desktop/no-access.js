/**
 * Why this person cannot capture photos, and what to do about it. Loaded when it is needed, so it may import only modules
 * without state.
 */
import { byId, setText } from "../../shell/dom.js";
import { t } from "../../shell/messages.js";
import { facilityOf, isClinician, isVerifiedClinician, nameOf } from "../../shell/users.js";
import { showDesktopScreen } from "./screens.js";

/**
 * @typedef {import("../../shell/users.js").User} User
 * @typedef {object} AccessHandlers
 * @property {() => Promise<User>} reload reads anew what the person may do
 * @property {(user: User) => Promise<void>} open goes on once they may
 * @property {(error: unknown) => string} explain says why a call failed
 */

/**
 * @param {User} user
 * @param {AccessHandlers} handlers
 */
export function showNoAccess(user, handlers) {
  const { title, text } = wordsFor(user);
  setText("closed-title", title);
  setText("closed-text", text);
  setText("closed-who", nameOf(user));
  setText("closed-said", "");
  byId("closed-again").onclick = () => void recheck(user, handlers);
  showDesktopScreen("closed");
}

/**
 * @param {User} user
 * @returns {{title: string, text: string}} what is wrong, and what to do about it
 */
function wordsFor(user) {
  const facility = facilityOf(user);
  if (!isClinician(user)) {
    const text = facility ? t("capture.closed.no-clinician.ask", { facility }) : t("capture.closed.no-clinician.text");
    return { title: t("capture.closed.no-clinician"), text };
  }
  if (user.verification === "rejected") {
    const text = facility ? t("capture.closed.rejected.ask", { facility }) : t("capture.closed.rejected.text");
    return { title: t("capture.closed.rejected"), text };
  }
  const text = facility ? t("capture.closed.pending.ask", { facility }) : t("capture.closed.pending.text");
  return { title: t("capture.closed.pending"), text };
}

/** @param {User} user @param {AccessHandlers} handlers */
async function recheck(user, handlers) {
  setText("closed-said", t("capture.closed.checking"));
  try {
    const now = await handlers.reload();
    if (isVerifiedClinician(now)) return await handlers.open(now);
    showNoAccess(now, handlers);
    setText("closed-said", t("capture.closed.unchanged"));
  } catch (error) {
    setText("closed-said", t("capture.closed.unknown", { name: nameOf(user), reason: handlers.explain(error) }));
  }
}
