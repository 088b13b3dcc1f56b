/** Saves edits, and lets a person decide between theirs and those that somebody else has saved meanwhile. */
import { t } from "../../../shell/messages.js";
import { textButton } from "./toolbar.js";

/**
 * @typedef {import("./shapes.js").Edits} Edits
 * @typedef {{say: (...content: (Node | string)[]) => void, look: (other: Edits | null) => void,
 *   busy: (isBusy: boolean) => void, ended: (saved: {edits: Edits, version: number} | null) => void,
 *   stopped: AbortSignal}} SaverHandlers `look`: shows other edits in place of one's own, or one's own again
 */

export class EditSaver {
  #calls;
  #selection;
  #handlers;

  /**
   * @param {import("../edits.js").EditsOfPhoto} calls
   * @param {import("./selection.js").Selection} selection
   * @param {SaverHandlers} handlers
   */
  constructor(calls, selection, handlers) {
    this.#calls = calls;
    this.#selection = selection;
    this.#handlers = handlers;
  }

  /** @param {number} version that is replaced */
  async save(version) {
    const { say, look, busy, ended, stopped } = this.#handlers;
    if (!this.#selection.changed) return ended(null);
    const { edits } = this.#selection;
    busy(true);
    look(null);
    say();
    const written = { ...edits, shapes: edits.shapes.filter((shape) => shape.kind !== "text" || shape.text.trim()) };
    const answer = await this.#calls.save(written, version);
    if (stopped.aborted) return;
    busy(false);
    if ("saved" in answer) return ended({ edits: answer.saved, version: answer.version });
    if ("theirs" in answer) return this.#decide(answer.theirs, answer.version);
    say(t("capture.edits.not-saved", { reason: answer.failure }), textButton(t("shell.try-again"), "button", () => void this.save(version)));
  }

  /**
   * @param {Edits} theirs
   * @param {number} version
   */
  #decide(theirs, version) {
    const { say, look, ended } = this.#handlers;
    let isMine = false;
    const other = textButton(t("capture.editor.theirs.show-mine"), "button", () => {
      isMine = !isMine;
      other.textContent = isMine ? t("capture.editor.theirs.show") : t("capture.editor.theirs.show-mine");
      look(isMine ? null : theirs);
    });
    look(theirs);
    say(
      t("capture.editor.theirs"),
      other,
      textButton(t("capture.editor.theirs.take"), "button", () => ended({ edits: theirs, version })),
      textButton(t("capture.editor.theirs.replace"), "button primary", () => void this.save(version)),
    );
  }
}
