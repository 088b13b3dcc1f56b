/**
 * How it stands with photos and the patient's record, merged from commits that were read and from live messages. Pure: no
 * network, no clock, no page.
 *
 * @typedef {import("openapi").FileDocument} FileDocument
 * @typedef {FileDocument["status"]} Status
 * @typedef {FileDocument & {commitId: string}} RecordFile
 */

export class RecordFiles {
  /** @type {Map<string, RecordFile>} */
  #files = new Map();

  /** @param {string} imageId */
  get(imageId) {
    return this.#files.get(imageId) ?? null;
  }

  /** @returns {RecordFile[]} */
  get all() {
    return [...this.#files.values()];
  }

  /** The commits of photos that are on their way. @returns {string[]} */
  get underWay() {
    return [...new Set(this.all.filter(({ status }) => status === "committing").map(({ commitId }) => commitId))];
  }

  /**
   * @param {string} commitId
   * @param {FileDocument[]} files
   * @returns {boolean} whether anything is different
   */
  put(commitId, files) {
    let changed = false;
    for (const file of files) {
      const before = this.#files.get(file.imageId);
      // What was tried again later is not what this commit says of it, and nothing leaves the record again.
      if (before?.status === "committed") continue;
      const after = { ...file, commitId };
      if (JSON.stringify(before) === JSON.stringify(after)) continue;
      this.#files.set(file.imageId, after);
      changed = true;
    }
    return changed;
  }

  /** Whether a photo may not be committed, because it is in the record, may be, or soon will. @param {string} imageId */
  isTaken(imageId) {
    const status = this.get(imageId)?.status;
    return status !== undefined && status !== "failed";
  }
}

/**
 * What a photo obviously needs. The server says the rest: it knows the consent and reads the notes.
 * @param {{laterality?: {code: string}, bodySite?: {code: string}, imageType?: {code: string}}} metadata
 * @param {readonly {code: string, sides: boolean}[]} sites
 * @returns {string[]} in the order in which people see to it
 */
export function plainlyMissing({ laterality, bodySite, imageType }, sites) {
  const sided = sites.some(({ code, sides }) => sides && code === bodySite?.code);
  return [
    ...(bodySite ? [] : ["body-site"]),
    ...(imageType ? [] : ["image-type"]),
    ...(sided && !["left", "right", "bilateral"].includes(laterality?.code ?? "") ? ["laterality"] : []),
  ];
}
