/** How long a visit takes: what is offered to choose from. */
import { make } from "../shell/dom.js";
import { t } from "../shell/messages.js";

/** In minutes. */
const LENGTHS = [10, 15, 20, 30, 45];

/**
 * @param {HTMLSelectElement} menu
 * @param {number} chosen in minutes; offered too if it is another
 */
export function fillLengths(menu, chosen) {
  const lengths = [...new Set([...LENGTHS, chosen])].sort((one, other) => one - other);
  menu.replaceChildren(
    ...lengths.map((minutes) => {
      const option = make("option", "", t("visits.minutes", { count: minutes }));
      option.value = String(minutes);
      return option;
    }),
  );
  menu.value = String(chosen);
}
