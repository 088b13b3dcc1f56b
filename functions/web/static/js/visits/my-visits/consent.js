/** Asks the patient whether their visit may be recorded, and shows them while it is. */
import { announce, byId, setText } from "../../shell/dom.js";
import { errorMessage } from "../../shell/error-messages.js";
import { answerConsent } from "../api.js";
import { isActive, partyName } from "../labels.js";

/** @typedef {import("../api.js").Visit} Visit */

export class RecordingConsent {
  #onAnswer;
  #visitId = "";
  #asked = false;
  #recorded = false;
  #busy = false;

  /** @param {(visit: Visit) => void} onAnswer */
  constructor(onAnswer) {
    this.#onAnswer = onAnswer;
    byId("allow-recording").onclick = () => void this.#answer(true);
    byId("refuse-recording").onclick = () => void this.#answer(false);
    byId("withdraw-consent").onclick = () => void this.#answer(false);
  }

  /** @param {Visit} visit */
  update(visit) {
    this.#visitId = visit.visitId;
    const asked = isActive(visit) && visit.recordingConsent === "asked";
    // Only reading the visit tells whether it is recorded; joining it does not.
    const recorded = isActive(visit) && (visit.recording ?? this.#recorded);
    const question = `${partyName(visit, "practitioner")} would like to record this visit.`;
    setText("consent-text", question);
    byId("consent").hidden = !asked;
    byId("recorded").hidden = !recorded;
    if (asked && !this.#asked) announce(`${question} You can allow it or not.`);
    if (recorded !== this.#recorded) announce(recorded ? "This visit is being recorded." : "This visit is not being recorded any more.");
    this.#asked = asked;
    this.#recorded = recorded;
  }

  /** @param {boolean} given */
  async #answer(given) {
    if (this.#busy) return;
    this.#busy = true;
    setText("consent-said", "");
    try {
      this.#onAnswer(await answerConsent(this.#visitId, given));
    } catch (error) {
      setText("consent-said", `Your answer may not have arrived. ${errorMessage(error, { exists: "The question is not open any more." })}`);
    } finally {
      this.#busy = false;
    }
  }
}
