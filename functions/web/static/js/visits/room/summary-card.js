/** What came of a visit that is over. */
import { byId, make, setText } from "../../shell/dom.js";
import { errorMessage } from "../../shell/error-messages.js";
import { t } from "../../shell/messages.js";
import { loadSummary, summaryFromVisit, summaryItems } from "../summary.js";

/** @typedef {import("../api.js").Visit} Visit */

export class SummaryCard {
  #onRecording;
  #isShown = false;

  /** @param {() => void} onRecording called when there is a recording to ask for */
  constructor(onRecording) {
    this.#onRecording = onRecording;
  }

  /**
   * @param {Visit} visit
   * @param {boolean} isMine whether it is this person's own, who alone may see its summary
   */
  async show(visit, isMine) {
    if (this.#isShown) return;
    this.#isShown = true;
    byId("over").hidden = false;
    setText("over-said", t("shell.loading"));
    try {
      const found = isMine ? await loadSummary(visit.visitId) : summaryFromVisit(visit);
      byId("over-facts").replaceChildren(...summaryItems(found, "practitioner"));
      setText("over-said", "");
      if (found.recordingState) this.#onRecording();
    } catch (error) {
      const again = make("button", "button", t("shell.try-again"));
      again.onclick = () => {
        this.#isShown = false;
        void this.show(visit, isMine);
      };
      byId("over-said").replaceChildren(t("visits.room.summary.failed", { failure: errorMessage(error) }), " ", again);
    }
    // The focused button or room is gone; somebody who is writing notes keeps the focus.
    if (document.activeElement === document.body) byId("over-title").focus();
  }
}
