/** The patient's copy of the notes, once the practitioner has released it. */
import { byId, make, setText } from "../../shell/dom.js";
import { errorMessage } from "../../shell/error-messages.js";
import { formatDateTime } from "../../shell/format.js";
import { retry } from "../../shell/http.js";
import { t } from "../../shell/messages.js";
import { getNotesCopy } from "../notes/api.js";
import { drawPaper, notesText } from "../notes/paper.js";

/** @typedef {import("../api.js").Visit} Visit */

/** @param {Visit} visit one that is over */
export async function showNotesCopy(visit) {
  const place = byId("copy");
  place.hidden = visit.notesState !== "released";
  byId("paper").replaceChildren();
  if (place.hidden) return;
  byId("copy-text").replaceChildren();
  byId("copy-print").hidden = true;
  setText("copy-said", t("shell.loading"));
  try {
    const copy = await retry(() => getNotesCopy(visit.visitId));
    byId("copy-text").replaceChildren(...notesText(copy, copy, "h3"));
    setText("copy-said", "");
    drawPaper(
      byId("paper"),
      t("visits.notes.from-visit"),
      [
        [t("visits.patient"), copy.patientName],
        [t("visits.clinician"), copy.practitionerName],
        [t("visits.one"), formatDateTime(copy.startsAt)],
        [t("visits.notes.copy-of"), formatDateTime(copy.releasedAt)],
      ],
      copy,
      copy,
    );
    byId("copy-print").onclick = () => print();
    byId("copy-print").hidden = false;
  } catch (error) {
    const again = make("button", "button", t("shell.try-again"));
    again.onclick = () => void showNotesCopy(visit);
    byId("copy-said").replaceChildren(t("visits.notes.failed", { failure: errorMessage(error) }), " ", again);
  }
}
