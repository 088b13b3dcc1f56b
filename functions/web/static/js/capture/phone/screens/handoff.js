import { t } from "../../../shell/messages.js";
import { confirm, byId, showThumbnails } from "../dom.js";
import { patientOf } from "../session.js";

/** @typedef {import("../session.js").Session} Session */

/**
 * Unsent photos that need a decision: another patient's code was scanned, or their session has ended and they wait for
 * a new code of the same patient.
 * @param {import("../app.js").App} app
 * @returns {import("../screen-stack.js").Screen}
 */
export function handoffScreen(app) {
  byId("handoff-send").addEventListener("click", () => (app.queue.session.uploadToken ? app.send() : app.putAside()));
  byId("handoff-delete").addEventListener("click", async () => {
    const { session, unsent } = app.queue;
    if (await confirm(t("capture.phone.unsent.sure", { count: unsent.length, patient: patientOf(session) }))) await app.discard();
  });
  return {
    show: () => {
      const { next, queue } = app;
      const { session, unsent } = queue;
      const patient = patientOf(session);
      const count = unsent.length;
      byId("handoff-title").textContent = next ? t("capture.phone.unsent.title", { count, patient }) : t("capture.phone.ended");
      byId("handoff-hint").textContent = hint(count, session, next);
      byId("handoff-note").hidden = session.uploadToken !== null;
      byId("handoff-send").hidden = !next;
      byId("handoff-send").textContent = session.uploadToken
        ? t("capture.phone.unsent.send.button", { patient })
        : t("capture.phone.unsent.keep.button", { count });
      byId("handoff-delete").textContent = t("capture.phone.unsent.delete", { count });
      byId("handoff-delete").className = `button wide ${next ? "danger" : "plain"}`;
      showThumbnails(byId("handoff-strip"), queue, unsent);
    },
  };
}

/**
 * @param {number} count
 * @param {Session} session whose photos wait
 * @param {Session | null} next
 */
function hint(count, session, next) {
  if (!next) return t("capture.phone.unsent.kept", { count });
  const patient = patientOf(session);
  return session.uploadToken
    ? t("capture.phone.unsent.send", { count, patient, next: patientOf(next) })
    : t("capture.phone.unsent.keep", { count, patient, next: patientOf(next) });
}
