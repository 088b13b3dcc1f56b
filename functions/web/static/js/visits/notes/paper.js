/** Notes as they are read and printed: the texts, who signed them, and the addenda. */
import { make } from "../../shell/dom.js";
import { formatDateTime } from "../../shell/format.js";
import { t } from "../../shell/messages.js";
import { partyName } from "../labels.js";
import { FIELDS } from "./merge.js";

/** @typedef {import("../api.js").Notes} Notes */
/** @typedef {Pick<import("../api.js").NotesDocument, "signedAt" | "signedBy" | "addenda">} Signed */

/**
 * @param {Notes} texts
 * @param {Signed} signed
 * @param {keyof HTMLElementTagNameMap} heading the level at which these texts have their headings
 * @returns {HTMLElement[]}
 */
export function notesText(texts, signed, heading) {
  const parts = FIELDS.filter(({ name }) => texts[name]).map(({ name, display }) => part(display, texts[name], heading));
  const signature = signed.signedAt ? [make("p", "signature", signatureLine(signed))] : [];
  const addenda = signed.addenda.map(({ at, by, text }) => {
    const addendum = part(t("visits.notes.addendum"), text, heading);
    addendum.append(make("p", "small muted", t("visits.notes.by", { name: by.name ?? t("visits.clinician.the"), time: formatDateTime(at) })));
    return addendum;
  });
  return [...parts, ...signature, ...addenda];
}

/** @param {Signed} signed */
function signatureLine({ signedAt, signedBy }) {
  if (!signedAt) return t("visits.notes.draft");
  return t("visits.notes.signed-by", { name: signedBy?.name ?? t("visits.by.clinician"), time: formatDateTime(signedAt) });
}

/**
 * Puts what is printed into the page, which shows it on paper only.
 * @param {HTMLElement} place
 * @param {string} title
 * @param {[name: string, value: string | null][]} facts
 * @param {Notes} texts
 * @param {Signed} signed
 */
export function drawPaper(place, title, facts, texts, signed) {
  const known = facts.flatMap(([name, value]) => (value ? [make("div", "", make("dt", "", name), make("dd", "", value))] : []));
  const draft = signed.signedAt ? [] : [make("p", "signature", signatureLine(signed))];
  place.replaceChildren(
    make("h1", "", title),
    make("dl", "facts", ...known),
    ...draft,
    ...notesText(texts, signed, "h2"),
    make("p", "small muted", t("visits.notes.printed", { time: formatDateTime(new Date().toISOString()) })),
  );
}

/**
 * Puts the notes of a visit there.
 * @param {HTMLElement} place
 * @param {import("../api.js").Visit} visit
 * @param {Notes} texts
 * @param {Signed} signed
 */
export function drawVisitPaper(place, visit, texts, signed) {
  /** @type {[string, string | null][]} */
  const facts = [
    [t("visits.patient"), partyName(visit, "patient")],
    [t("visits.clinician"), visit.practitionerName],
    [t("visits.room"), formatDateTime(visit.startsAt)],
  ];
  drawPaper(place, t("visits.notes.of-visit"), facts, texts, signed);
}

/**
 * @param {string} title
 * @param {string} text
 * @param {keyof HTMLElementTagNameMap} heading
 */
function part(title, text, heading) {
  return make("section", "note", make(heading, "note-title", title), make("p", "note-text", text));
}
