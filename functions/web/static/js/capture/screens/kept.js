import { confirm, element, part, photos } from "../page.js";
import { patientOf } from "../session.js";

/**
 * The session has ended before everything was sent: the photos wait for a new code of the same patient.
 * @param {import("../app.js").App} app
 * @returns {import("../app.js").Screen}
 */
export function keptScreen(app) {
  part("kept-delete").addEventListener("click", async () => {
    const { session, unsent } = app.queue;
    if (await confirm(`Delete ${photos(unsent.length)} of ${patientOf(session)}?`)) await app.discard();
  });
  return {
    show: () => {
      const { unsent } = app.queue;
      const [are, them] = unsent.length === 1 ? ["is", "it"] : ["are", "them"];
      part("kept-hint").textContent =
        `${photos(unsent.length)} ${are} kept on this phone. Scan a new code for this patient to send ${them}.`;
      part("kept-delete").textContent = `Delete ${them}`;
      part("kept-strip").replaceChildren(
        ...unsent.map((photo) => element("li", {}, [element("img", { src: app.queue.urlOf(photo), alt: "" })])),
      );
    },
    update: () => {},
    hide: () => {},
  };
}
