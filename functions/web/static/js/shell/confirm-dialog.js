/** The confirmation dialog. */
import { byId, setText } from "./dom.js";
import { t } from "./messages.js";

/** Answers the question that was asked last, unless it has been answered. */
let answer = () => {};

/**
 * Asks, and runs `act` on yes. If that fails, the dialog shows the failure and stays open for another try.
 * @param {{title: string, text: string, yes: string, calm?: boolean, no?: string, failed?: string | ((error: unknown) => string),
 *   act?: () => Promise<void>}} question `calm`: what it does is nothing to be warned of
 * @returns {Promise<boolean>} whether it was confirmed, and done
 */
export function confirmDialog({ title, text, yes, calm = false, no = t("shell.cancel"), failed = "", act }) {
  const dialog = byId("confirm", HTMLDialogElement);
  const yesButton = byId("confirm-yes", HTMLButtonElement);
  const noButton = byId("confirm-no", HTMLButtonElement);
  const failure = byId("confirm-failure");
  answer();
  setText("confirm-title", title);
  setText("confirm-text", text);
  yesButton.textContent = yes;
  yesButton.classList.toggle("danger", !calm);
  noButton.textContent = no;
  /** @param {boolean} working */
  const work = (working) => {
    yesButton.disabled = noButton.disabled = working;
  };
  work(false);
  failure.hidden = true;
  dialog.returnValue = "";
  return new Promise((resolve) => {
    answer = () => resolve(dialog.returnValue === "yes");
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
    // A running action cannot be cancelled: the dialog stays open until it ends. Browsers close a dialog at a repeated
    // Escape whatever the page says, so `onclose` opens it again.
    dialog.oncancel = (event) => {
      if (yesButton.disabled) event.preventDefault();
    };
    dialog.onclose = () => {
      if (dialog.open) return; // the event is of the question before, and late
      if (yesButton.disabled && !dialog.returnValue) return dialog.showModal();
      answer();
    };
    dialog.showModal();
    // Enter must choose the harmless answer.
    noButton.focus();
  });
}
