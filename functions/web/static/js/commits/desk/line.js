/** How it stands with one photo and the record, below its picture. */
import { make } from "../../shell/dom.js";
import { t } from "../../shell/messages.js";
import { textButton } from "./buttons.js";
import { warningWords } from "./words.js";

/**
 * @param {import("./files.js").RecordFile} file
 * @param {() => void} onSee somebody wants to see to it
 * @param {HTMLElement | null} bundle its files, where people take them over to the record by hand
 * @returns {HTMLElement}
 */
export function fileLine(file, onSee, bundle) {
  switch (file.status) {
    case "committed":
      return bundle
        ? make("p", "record-line", make("span", "badge ok", t("commits.line.stored")), bundle)
        : make("p", "record-line", make("span", "badge ok", t("commits.line.committed")), warningWords(file.warnings));
    case "committing":
      return make("p", "record-line", make("span", "badge quiet", t("commits.line.committing")));
    case "failed":
      return make("p", "record-line", make("span", "badge danger", t("commits.line.failed")), textButton(t("commits.line.see"), "button quiet", onSee));
    case "unknown":
      return make("p", "record-line", make("span", "badge warn", t("commits.line.unknown")), textButton(t("commits.line.see"), "button quiet", onSee));
  }
}
