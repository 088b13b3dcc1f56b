/** The settings of a facility's record. */
import { byId, make, setText, showFieldError } from "../../shell/dom.js";
import { showFieldErrors } from "../../shell/field-errors.js";
import { HttpProblem } from "../../shell/http.js";
import { t } from "../../shell/messages.js";
import { cleanLine } from "../../shell/text.js";

/** @typedef {import("./api.js").Target} Target */

/** The form's field for each of the call's. */
const FIELDS = {
  baseUrl: "baseUrl", clientId: "clientId", clientSecret: "clientSecret", tokenUrl: "tokenUrl", scope: "scope", launchClientId: "launchClientId", facility: "practice", photos: "photos",
};

const KINDS = /** @type {const} */ ([
  { code: "fhir", display: t("commits.kind.fhir"), hint: t("commits.kind.fhir.hint") },
  { code: "alex", display: t("commits.kind.alex"), hint: t("commits.kind.alex.hint") },
  { code: "download", display: t("commits.kind.download"), hint: t("commits.kind.download.hint") },
]);

const ALGORITHMS = ["ES384", "RS384"];

const FORMATS = { fhir: ["jpeg", "pdf"], alex: ["tiff", "pdf"], download: [] };

export class TargetForm {
  #kind = byId("kind", HTMLSelectElement);
  /** Whether a secret is stored that may stay. */
  #hasSecret = false;

  constructor() {
    this.#kind.replaceChildren(...KINDS.map(({ code, display }) => new Option(display, code)));
    byId("algorithm").replaceChildren(...ALGORITHMS.map((code) => new Option(code, code)));
    this.#kind.addEventListener("change", () => this.#arrange());
  }

  /** @param {Target | null} target */
  fill(target) {
    this.clear();
    this.#kind.value = target?.kind ?? "fhir";
    this.#hasSecret = Boolean(target?.alex);
    const settings = target?.fhir ?? target?.alex;
    input("baseUrl").value = settings?.baseUrl ?? "";
    input("clientId").value = settings?.clientId ?? "";
    input("tokenUrl").value = settings?.tokenUrl ?? "";
    input("scope").value = settings?.scope ?? "";
    input("launchClientId").value = target?.fhir?.launchClientId ?? "";
    input("practice").value = target?.alex?.facility ?? "";
    input("clientSecret").value = "";
    byId("version", HTMLSelectElement).value = target?.fhir?.version ?? "R4";
    byId("photos", HTMLSelectElement).value = target?.fhir?.photos ?? "documentReference";
    byId("algorithm", HTMLSelectElement).value = target?.fhir?.algorithm ?? "ES384";
    byId("newKey", HTMLInputElement).checked = false;
    this.#arrange(settings?.format);
    byId("renew").hidden = !target?.fhir;
  }

  clear() {
    for (const field of Object.values(FIELDS)) showFieldError(field, "");
    byId("failure").hidden = true;
  }

  /** @returns {import("openapi").TargetRequest | null} null if something is missing, which is shown */
  read() {
    this.clear();
    const kind = KINDS.find(({ code }) => code === this.#kind.value)?.code ?? "fhir";
    if (kind === "download") return { kind };
    const needed = kind === "alex" ? ["baseUrl", "clientId", ...(this.#hasSecret ? [] : ["clientSecret"]), "tokenUrl", "scope", "practice"] : ["baseUrl", "clientId"];
    const empty = needed.filter((name) => !text(name));
    for (const name of empty) showFieldError(name, t("commits.needed"));
    if (empty[0]) {
      byId(empty[0]).focus();
      return null;
    }
    const shared = { baseUrl: text("baseUrl"), clientId: text("clientId") };
    const format = byId("format", HTMLSelectElement).value;
    if (kind === "alex") {
      const secret = input("clientSecret").value.trim();
      const alex = { ...shared, tokenUrl: text("tokenUrl"), scope: text("scope"), facility: text("practice"), format: format === "pdf" ? /** @type {const} */ ("pdf") : /** @type {const} */ ("tiff"), ...(secret && { clientSecret: secret }) };
      return { kind, alex };
    }
    const { value: version } = byId("version", HTMLSelectElement);
    const { value: photos } = byId("photos", HTMLSelectElement);
    const { value: algorithm } = byId("algorithm", HTMLSelectElement);
    return {
      kind,
      fhir: {
        ...shared,
        version: version === "R5" ? "R5" : "R4",
        tokenUrl: text("tokenUrl") || null,
        scope: text("scope") || null,
        launchClientId: text("launchClientId") || null,
        photos: photos === "media" ? "media" : "documentReference",
        format: format === "pdf" ? "pdf" : "jpeg",
        algorithm: algorithm === "RS384" ? "RS384" : "ES384",
        newKey: byId("newKey", HTMLInputElement).checked,
      },
    };
  }

  /** @param {unknown} error @returns {boolean} whether it was about fields, where it is shown */
  showErrors(error) {
    if (!(error instanceof HttpProblem) || error.status !== 422) return false;
    const errors = error.errors.map((fault) => ({ ...fault, field: fault.field.split(".").pop() ?? "" }));
    return showFieldErrors(new HttpProblem(422, { errors }), FIELDS);
  }

  /** @param {string} [format] */
  #arrange(format) {
    const kind = KINDS.find(({ code }) => code === this.#kind.value) ?? KINDS[0];
    setText("kind-hint", kind.hint);
    setText("tokenUrl-label", kind.code === "alex" ? t("commits.token-url") : t("commits.token-url.optional"));
    setText("scope-label", kind.code === "alex" ? t("commits.scope") : t("commits.scope.optional"));
    for (const element of document.querySelectorAll("[data-kinds]")) {
      if (element instanceof HTMLElement) element.hidden = !element.dataset.kinds?.split(" ").includes(kind.code);
    }
    const formats = byId("format", HTMLSelectElement);
    formats.replaceChildren(...FORMATS[kind.code].map((code) => {
      const option = make("option", "", code.toUpperCase());
      option.value = code;
      return option;
    }));
    if (format) formats.value = format;
  }
}

/** @param {string} id */
function input(id) {
  return byId(id, HTMLInputElement);
}

/** @param {string} id */
function text(id) {
  return cleanLine(input(id).value);
}
