/** A field in which people choose a practitioner of their facility by name. */
import { Combobox } from "../../shell/combobox.js";
import { t } from "../../shell/messages.js";
import { score } from "../../shell/palette/ranking.js";
import { listPractitioners } from "../api.js";

/** @typedef {import("../api.js").Practitioner} Practitioner */

/**
 * @param {HTMLInputElement} input
 * @param {() => void} onChoose
 * @returns {Combobox<Practitioner>}
 */
export function practitionerPicker(input, onChoose) {
  /** @type {Promise<Practitioner[]> | null} */
  let loading = null;
  /** They are asked for once, and again where that failed. */
  const practitioners = () => {
    const found = loading ?? listPractitioners().then((all) => all.sort((one, other) => name(one).localeCompare(name(other))));
    found.catch(() => (loading = null));
    loading = found;
    return found;
  };
  return new Combobox(input, {
    find: async (text) => (await practitioners()).filter((one) => !text || score(text, { title: name(one) }) > 0),
    title: name,
    onChoose,
  });
}

/** @param {Practitioner} practitioner */
function name({ name: known }) {
  return known || t("visits.clinician.nameless");
}
