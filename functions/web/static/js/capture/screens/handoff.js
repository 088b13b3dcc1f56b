import { confirm, element, part, photos } from "../page.js";
import { patientOf } from "../session.js";

/**
 * A new code was scanned while photos of another patient are unsent: they go to that patient, or nowhere. Once that
 * patient's session has ended they can only wait for a code of it.
 * @param {import("../app.js").App} app
 * @returns {import("../app.js").Screen}
 */
export function handoffScreen(app) {
  part("handoff-send").addEventListener("click", () => (app.queue.session.uploadToken ? app.send() : app.putAside()));
  part("handoff-delete").addEventListener("click", async () => {
    const count = app.queue.unsent.length;
    if (await confirm(`Delete ${photos(count)} of ${patientOf(app.queue.session)}?`)) await app.discard();
  });
  return {
    show: () => {
      const { session, unsent } = app.queue;
      const name = patientOf(session);
      const [they, them] = unsent.length === 1 ? ["It", "it"] : ["They", "them"];
      const over = !session.uploadToken;
      part("handoff-title").textContent = `${photos(unsent.length)} of ${name} not sent yet`;
      const choice = over
        ? `That session has ended. ${they} can only be sent with a new code for ${name}.`
        : `Send ${them} to ${name}’s record, or delete ${them}.`;
      part("handoff-hint").textContent = app.next ? `${choice} Then go on with ${patientOf(app.next)}.` : "";
      part("handoff-send").textContent = over ? `Keep ${them} on this phone` : `Send to ${name}`;
      part("handoff-delete").textContent = `Delete ${them}`;
      part("handoff-strip").replaceChildren(
        ...unsent.map((photo) => element("li", {}, [element("img", { src: app.queue.urlOf(photo), alt: "" })])),
      );
    },
    update: () => {},
    hide: () => {},
  };
}
