/** Who learns of missed doses: people whom the reader has asked, and people whom the reader helps. */
import { confirmDialog } from "../../shell/confirm-dialog.js";
import { byId, make, setText } from "../../shell/dom.js";
import { errorMessage } from "../../shell/error-messages.js";
import { t } from "../../shell/messages.js";
import { listCarers, stepCare } from "../api.js";
import { formatDay } from "../words.js";
import { CarerDialog } from "./carer-dialog.js";

/** @typedef {import("../api.js").Care} Care */

const dialog = new CarerDialog(async (care) => {
  setText("helpers-said", t("medications.helper.asked", { name: care.name ?? "" }));
  await drawCarers();
  focusOn(care);
});
byId("helper-add").addEventListener("click", () => dialog.open(""));

/** @returns {Promise<boolean>} whether the reader helps somebody, or is asked to */
export async function drawCarers() {
  const { helpers, helped } = await listCarers();
  byId("helpers-none").hidden = helpers.length > 0;
  byId("helper-list").replaceChildren(...helpers.map(helperRow));
  byId("helped").hidden = helped.length === 0;
  byId("helped-list").replaceChildren(...helped.map(helpedRow));
  return helped.length > 0;
}

/** @param {Care} care */
function helperRow(care) {
  const name = nameOf(care);
  const day = formatDay(new Date(care.since));
  const words = {
    asked: t("medications.helper.state.asked", { day }),
    accepted: t("medications.helper.state.accepted", { day }),
    declined: t("medications.helper.state.declined", { day }),
    ended: t("medications.helper.state.ended", { day }),
  };
  const stands = care.state === "asked" || care.state === "accepted";
  const button = stands
    ? act(care, t("medications.care.end"), () => void end(care, "helpers-said", t("medications.helper.end.text", { name })))
    : act(care, t("medications.helper.again"), () => dialog.open(care.name ?? ""));
  return row(care, words[care.state], button);
}

/** @param {Care} care */
function helpedRow(care) {
  const name = nameOf(care);
  if (care.state === "accepted") {
    const words = t("medications.helped.accepted", { day: formatDay(new Date(care.since)) });
    return row(care, words, act(care, t("medications.care.end"), () => void end(care, "helped-said", t("medications.helped.end.text", { name }))));
  }
  return row(care, t("medications.helped.asked"),
    act(care, t("medications.helped.accept"), () => void answer(care, "accept"), "primary"),
    act(care, t("medications.helped.decline"), () => void answer(care, "decline")));
}

/** @param {Care} care @param {string} words @param {HTMLElement[]} buttons */
function row(care, words, ...buttons) {
  const made = make("li", "plan card", make("strong", "", nameOf(care)), make("span", "muted", words), make("span", "actions", ...buttons));
  made.dataset.care = care.careId;
  made.tabIndex = -1;
  return made;
}

/** @param {Care} care @param {string} text @param {() => void} run */
function act(care, text, run, look = "") {
  const made = make("button", `button ${look}`, text);
  made.type = "button";
  made.setAttribute("aria-label", t("medications.plan.about", { act: text, medicine: nameOf(care) }));
  made.addEventListener("click", run);
  return made;
}

/** @param {Care} care @param {"accept" | "decline"} step */
async function answer(care, step) {
  try {
    await stepCare(care, step);
    await drawCarers();
    setText("helped-said", step === "accept" ? t("medications.helped.said.accepted") : t("medications.helped.said.declined"));
    focusOn(care);
  } catch (error) {
    await failed("helped-said", error);
  }
}

/** @param {Care} care @param {"helpers-said" | "helped-said"} place @param {string} text */
async function end(care, place, text) {
  const done = await confirmDialog({
    title: t("medications.care.end.title"),
    text,
    yes: t("medications.care.end"),
    failed: (error) => errorMessage(error),
    act: async () => void (await stepCare(care, "end")),
  });
  if (!done) return;
  try {
    await drawCarers();
    setText(place, t("medications.care.ended"));
    byId(place === "helpers-said" ? "helpers-title" : byId("helped").hidden ? "main" : "helped-title").focus();
  } catch (error) {
    await failed(place, error);
  }
}

/** @param {string} place @param {unknown} error */
async function failed(place, error) {
  setText(place, errorMessage(error, { exists: t("medications.care.changed"), missing: t("medications.care.changed") }));
  try {
    await drawCarers();
  } catch {
    // The list stays as it was.
  }
}

/** @param {Care} care */
function nameOf({ name }) {
  return name ?? t("medications.care.somebody");
}

/** @param {Care} care */
function focusOn({ careId }) {
  const made = document.querySelector(`[data-care="${CSS.escape(careId)}"]`);
  (made instanceof HTMLElement ? made : byId("main")).focus();
}
