import { confirm, part, photos, showStrip } from "../dom.js";
import { patientOf } from "../session.js";

/**
 * Photos that cannot simply go on. Another patient's code was scanned: they go to their own patient, or nowhere. Or
 * their session has ended: they wait for a new code of the same patient.
 * @param {import("../app.js").App} app
 * @returns {import("../app.js").Screen}
 */
export function handoffScreen(app) {
  part("handoff-send").addEventListener("click", () => (app.queue.session.uploadToken ? app.send() : app.putAside()));
  part("handoff-delete").addEventListener("click", async () => {
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
      part("handoff-title").textContent = next ? `${count} of ${name} not sent yet` : "This session has ended";
      part("handoff-hint").textContent = next
        ? `${choice} Then go on with ${patientOf(next)}.`
        : `${count} ${are} kept on this phone. Scan a new code for this patient to send ${them}.`;
      part("handoff-note").hidden = session.uploadToken !== null;
      part("handoff-send").hidden = !next;
      part("handoff-send").textContent = session.uploadToken ? `Send to ${name}` : `Keep ${them} on this phone`;
      part("handoff-delete").textContent = `Delete ${them}`;
      part("handoff-delete").className = `button wide ${next ? "danger" : "plain"}`;
      showStrip(part("handoff-strip"), queue, unsent);
    },
  };
}
