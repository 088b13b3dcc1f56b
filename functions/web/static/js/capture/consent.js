/**
 * Consent to photography, in words.
 *
 * @typedef {import("openapi").PhotographyConsentDocument} Consent
 * @typedef {{manner: Consent["manner"], givenBy?: Consent["givenBy"]}} Choice
 */

import { t } from "../shell/messages.js";

/** @type {readonly {choice: Choice, text: string}[]} */
const CHOICES = Object.freeze([
  { choice: { manner: "spoken", givenBy: "patient" }, text: t("capture.consent.spoken-patient") },
  { choice: { manner: "spoken", givenBy: "representative" }, text: t("capture.consent.spoken-representative") },
  { choice: { manner: "written", givenBy: "patient" }, text: t("capture.consent.written-patient") },
  { choice: { manner: "written", givenBy: "representative" }, text: t("capture.consent.written-representative") },
  { choice: { manner: "bestInterests" }, text: t("capture.consent.best-interests") },
]);

/** @param {Choice | null} consent */
function indexOf(consent) {
  return CHOICES.findIndex(({ choice }) => choice.manner === consent?.manner && choice.givenBy === consent.givenBy);
}

/**
 * A choice of consents with a button that records one, which is there as soon as another than the recorded is chosen.
 * @param {HTMLSelectElement} select
 * @param {HTMLButtonElement} button
 * @param {(choice: Choice, replaced: Consent | null) => Promise<Consent>} record handles its failures, and then rejects
 */
export function consentChoice(select, button, record) {
  /** @type {Consent | null} */
  let recorded = null;
  /** What was recorded when somebody chose another; undefined once they know what is. @type {Consent | null | undefined} */
  let replaced;
  select.replaceChildren(
    new Option(t("capture.consent.none"), "-1", true),
    ...CHOICES.map(({ text }, index) => new Option(text, String(index))),
  );
  const draw = () => {
    button.hidden = Number(select.value) < 0 || Number(select.value) === indexOf(recorded);
    select.options[0].hidden = recorded !== null;
  };
  /** @param {Consent | null} consent as it is recorded; what somebody is just choosing stays */
  const show = (consent) => {
    if ((consent?.at ?? 0) < (recorded?.at ?? 0)) return; // read before it was recorded
    if (Number(select.value) === indexOf(recorded)) select.value = String(indexOf(consent));
    recorded = consent;
    draw();
  };
  select.onchange = () => {
    replaced = recorded;
    draw();
  };
  button.onclick = async () => {
    button.disabled = true;
    try {
      const consent = await record(CHOICES[Number(select.value)].choice, replaced === undefined ? recorded : replaced);
      recorded = consent;
      select.value = String(indexOf(consent));
      draw();
      select.focus(); // the button is gone
    } catch {
      // The choice stays, to be recorded later, by somebody who has been told what it replaces.
      replaced = undefined;
    }
    button.disabled = false;
  };
  draw();
  return show;
}
