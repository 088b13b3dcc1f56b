import { confirm, byId, photos, showThumbnails } from "../dom.js";
import { patientOf } from "../session.js";

/**
 * Unsent photos that need a decision: another patient's code was scanned, or their session has ended and they wait for
 * a new code of the same patient.
 * @param {import("../app.js").App} app
 * @returns {import("../app.js").Screen}
 */
export function handoffScreen(app) {
  byId("handoff-send").addEventListener("click", () => (app.queue.session.uploadToken ? app.send() : app.putAside()));
  byId("handoff-delete").addEventListener("click", async () => {
    const { session, unsent } = app.queue;
    if (await confirm(`Delete ${photos(unsent.length)} of ${patientOf(session)}?`)) await app.discard();
  });
  return {
    show: () => {
      const { next, queue } = app;
      const { session, unsent } = queue;
      const name = patientOf(session);
      const [they, are, them] = unsent.length === 1 ? ["it", "is", "it"] : ["they", "are", "them"];
      const count = photos(unsent.length);
      const choice = session.uploadToken
        ? `Send ${them} to ${name}’s record, or delete ${them}.`
        : `That session has ended: ${they} can only be sent with a new code for ${name}. Keep ${them} until then, or delete ${them}.`;
      byId("handoff-title").textContent = next ? `${count} of ${name} not sent yet` : "This session has ended";
      byId("handoff-hint").textContent = next
        ? `${choice} Then go on with ${patientOf(next)}.`
        : `${count} ${are} kept on this phone. Scan a new code for this patient to send ${them}.`;
      byId("handoff-note").hidden = session.uploadToken !== null;
      byId("handoff-send").hidden = !next;
      byId("handoff-send").textContent = session.uploadToken ? `Send to ${name}` : `Keep ${them} on this phone`;
      byId("handoff-delete").textContent = `Delete ${them}`;
      byId("handoff-delete").className = `button wide ${next ? "danger" : "plain"}`;
      showThumbnails(byId("handoff-strip"), queue, unsent);
    },
  };
}
