/**
 * How far a document has come, as one line for people.
 * @typedef {{label: string, percent: number, failure?: string}} Progress
 */

/**
 * Where each kind of work lies on the one bar: from and to, in percent. A document is ready before it is embedded.
 * @type {Record<string, [number, number]>}
 */
const PROGRESS_SPANS = { parse: [0, 60], chunk: [60, 99] };

/**
 * @param {string} status the document's own
 * @returns {Progress}
 */
export function progressOfStatus(status) {
  if (status === "pending") return { label: "Waiting", percent: 0 };
  if (status === "parsed") return { label: "Indexing", percent: 60 };
  if (status === "ingested") return { label: "Ready", percent: 100 };
  return { label: "Failed", percent: 0 };
}

/**
 * Progress after an event; what is late changes nothing.
 * @param {Progress} now
 * @param {{type: string, payload: Record<string, any>}} frame
 * @returns {Progress}
 */
export function progressAfter(now, { type, payload }) {
  if (type === "document.status_updated") {
    const next = progressOfStatus(payload.status);
    return now.failure && payload.status === "error" ? { ...next, failure: now.failure } : next;
  }
  if (type === "job.status_updated" && payload.status === "failed") {
    return { label: "Failed", percent: 0, failure: payload.error_message ?? undefined };
  }
  const span = type === "job.progress" ? PROGRESS_SPANS[payload.type] : undefined;
  if (!span || now.label === "Ready" || now.label === "Failed") return now;
  const percent = Math.round(span[0] + ((span[1] - span[0]) * payload.progress) / 100);
  if (percent < now.percent) return now;
  return { label: payload.type === "parse" ? "Reading" : "Indexing", percent };
}
