/** Before a sign-out, saves unsaved notes; if that fails, asks whether to sign out all the same. */
import { make } from "../../shell/dom.js";
import { errorMessage } from "../../shell/error-messages.js";
import { HttpProblem, NetworkFailure, sleep } from "../../shell/http.js";
import { t } from "../../shell/messages.js";
import { getNotes, saveNotes } from "./api.js";
import { listDrafts, saveDraft } from "./drafts.js";
import { conflictingFields, mergeNotes, equalNotes } from "./merge.js";

/** @typedef {import("./drafts.js").Draft & {visitId: string}} Draft */
/** @typedef {{visitId: string, error: unknown}} Failure */

/** A sign-out waits no longer for notes to be saved. In milliseconds. */
const SAVE_DEADLINE_MS = 5_000;

/** @type {Promise<boolean> | null} */
let asking = null;

/**
 * @param {string} userId
 * @returns {Promise<boolean>} whether signing out loses nothing, or the person accepts the loss
 */
export function confirmUnsavedNotes(userId) {
  asking ??= saveOrAsk(userId).finally(() => {
    asking = null;
  });
  return asking;
}

/** @param {string} userId */
async function saveOrAsk(userId) {
  const drafts = await listDrafts(userId);
  if (!drafts.length) return true;
  const title = make("h2", "", t("visits.notes.parting"));
  title.id = "parting-title";
  const dialog = make("dialog", "", title);
  dialog.id = "parting";
  dialog.setAttribute("aria-labelledby", title.id);
  document.body.append(dialog);
  dialog.showModal();
  const closed = new Promise((resolve) => dialog.addEventListener("close", resolve));
  void saveAll(userId, drafts).then((failures) => {
    if (!failures.length) return dialog.close("leave");
    title.textContent = t("visits.notes.parting.failed");
    offerChoices(dialog, failures);
  });
  await closed;
  dialog.remove();
  return dialog.returnValue === "leave";
}

/**
 * @param {string} userId
 * @param {Draft[]} drafts
 * @returns {Promise<Failure[]>} what could not be saved in time, and why
 */
async function saveAll(userId, drafts) {
  const failures = new Map(drafts.map(({ visitId }) => [visitId, /** @type {unknown} */ (new NetworkFailure("timeout"))]));
  let late = false;
  const saving = drafts.map(async (draft) => {
    try {
      await save(draft);
      // After the deadline, the person may have stayed and typed on: keep the draft.
      if (late) return;
      await saveDraft(userId, draft.visitId, null);
      failures.delete(draft.visitId);
    } catch (error) {
      failures.set(draft.visitId, error);
    }
  });
  await Promise.race([Promise.all(saving), sleep(SAVE_DEADLINE_MS, null, false)]);
  late = true;
  return [...failures].map(([visitId, error]) => ({ visitId, error }));
}

/** @param {Draft} draft */
async function save({ visitId, texts, base, etag }) {
  try {
    await saveNotes(visitId, texts, etag);
  } catch (error) {
    if (!(error instanceof HttpProblem && error.status === 412)) throw error;
    const theirs = await getNotes(visitId);
    // The page of the visit may have saved the same texts meanwhile.
    if (equalNotes(texts, theirs.texts)) return;
    if (conflictingFields(base, texts, theirs.texts).length) throw error;
    await saveNotes(visitId, mergeNotes(base, texts, theirs.texts, "mine"), theirs.etag);
  }
}

/**
 * @param {HTMLDialogElement} dialog
 * @param {Failure[]} failures
 */
function offerChoices(dialog, failures) {
  const [first] = failures;
  const conflicted = first?.error instanceof HttpProblem && first.error.status === 412;
  const signed = first?.error instanceof HttpProblem && first.error.slug === "notes-signed";
  const why = signed ? t("visits.notes.parting.signed") : conflicted ? t("visits.notes.parting.changed") : errorMessage(first?.error);
  const loss = make("p", "", t("visits.notes.parting.loss"));
  const text = make("div", "stack", make("p", "", t("visits.notes.parting.which", { count: failures.length, why })), loss);
  text.setAttribute("role", "alert");
  const open = make("a", "button", t("visits.notes.parting.open"));
  open.href = `/visit#v=${encodeURIComponent(first?.visitId ?? "")}`;
  const stay = make("button", "button primary", t("shell.idle.stay"));
  stay.onclick = () => dialog.close();
  const leave = make("button", "button danger", t("visits.notes.parting.leave"));
  leave.onclick = () => dialog.close("leave");
  for (const button of [stay, leave]) button.type = "button";
  const there = open.href === location.href;
  dialog.append(text, make("div", "dialog-actions", leave, ...(there ? [] : [open]), stay));
  // Enter must choose the harmless answer.
  stay.focus();
}
