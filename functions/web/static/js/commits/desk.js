/**
 * What the desktop's page gives to the work on the patient's record, and what it gets: the same as in
 * `capture/desktop/record-slot.js`, which knows no commits.
 *
 * @typedef {import("openapi").ImageDocument} Image
 * @typedef {{imageId: string, number: number, revision: number, metadata: import("openapi").MetadataDocument,
 *   commitId?: string | null, committed?: boolean, failedCommitId?: string}} Photo
 * @typedef {{type: string, imageId?: string, commitId?: string, status?: import("openapi").FileDocument["status"],
 *   warnings?: string[], documentId?: string, error?: string}} Message
 * @typedef {{encounterId: string, patientId: string, patientName?: string | null, patientNHI?: string | null}} Encounter
 * @typedef {{encounter: Encounter, photos: () => Photo[], hasConsent: () => boolean, refresh: () => void, panel: HTMLElement, redraw: () => void,
 *   open?: (imageId: string, field: string) => void, call: import("./desk/calls.js").Call,
 *   problem: (error: unknown) => {status: number, slug: string, body?: any} | null,
 *   reason: (error: unknown) => string}} Desk
 * @typedef {{button: (chosen: number) => {text: string, disabled?: boolean} | null, commit: (photos: Photo[]) => void,
 *   line: (photo: Photo) => Node | null, update: () => void, onMessage: (message: Message) => void,
 *   stop: () => void}} Work
 */
export {};
