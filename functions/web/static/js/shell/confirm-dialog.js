/** A question before something is lost. */
import { byId, setText } from "./dom.js";

/**
 * Asks, and does it on yes; a failure is shown in the dialog, which stays open for another try.
 * @param {{title: string, text: string, yes: string, no?: string, failed?: string | ((error: unknown) => string),
 *   act?: () => Promise<void>}} question
 * @returns {Promise<boolean>} whether it was confirmed, and done
 */
export function confirmDialog({ title, text, yes, no = "Cancel", failed = "", act }) {
  const dialog = byId("confirm", HTMLDialogElement);
  const yesButton = byId("confirm-yes", HTMLButtonElement);
  const noButton = byId("confirm-no", HTMLButtonElement);
  const failure = byId("confirm-failure");
  setText("confirm-title", title);
  setText("confirm-text", text);
  yesButton.textContent = yes;
  noButton.textContent = no;
  /** @param {boolean} working */
  const work = (working) => {
    yesButton.disabled = noButton.disabled = working;
  };
  work(false);
  failure.hidden = true;
  dialog.returnValue = "";
  return new Promise((resolve) => {
    yesButton.onclick = async () => {
      work(true);
      failure.hidden = true;
      try {
        await act?.();
        dialog.close("yes");
      } catch (error) {
        failure.textContent = typeof failed === "function" ? failed(error) : failed;
        failure.hidden = false;
        work(false);
      }
    };
    noButton.onclick = () => dialog.close("no");
    // What is on its way cannot be called off: the question stays until its answer is known, also where the browser
    // closes it at the third Escape whatever a page says.
    dialog.oncancel = (event) => {
      if (yesButton.disabled) event.preventDefault();
    };
    dialog.onclose = () => {
      if (yesButton.disabled && !dialog.returnValue) return dialog.showModal();
      resolve(dialog.returnValue === "yes");
    };
    dialog.showModal();
    // The harmless answer is the one that Enter gives.
    noButton.focus();
  });
}
