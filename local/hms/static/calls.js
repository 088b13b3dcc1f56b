/**
 * The browsers on the other side, one WebRTC connection each. Whoever comes later calls those who are there.
 *
 * @typedef {{description?: RTCSessionDescriptionInit, candidate?: RTCIceCandidateInit | null}} Signal
 * @typedef {{connection: RTCPeerConnection, stream: MediaStream, early: RTCIceCandidateInit[]}} Call
 */

export class Calls {
  /** @type {Map<string, Call>} */
  #calls = new Map();
  #own;
  #send;
  #onChange;

  /**
   * @param {MediaStream} own
   * @param {(to: string, signal: Signal) => void} send
   * @param {() => void} onChange called whenever `stream` may be another
   */
  constructor(own, send, onChange) {
    this.#own = own;
    this.#send = send;
    this.#onChange = onChange;
  }

  /** What the newest connected one on the other side shows. */
  get stream() {
    const connected = [...this.#calls.values()].filter((call) => call.connection.connectionState === "connected");
    return connected.at(-1)?.stream ?? null;
  }

  /** @param {string} peerId */
  async call(peerId) {
    const { connection } = this.#open(peerId);
    // Whoever shows or says nothing still sees and hears the other side.
    for (const kind of ["audio", "video"]) {
      if (!this.#own.getTracks().some((track) => track.kind === kind)) connection.addTransceiver(kind, { direction: "recvonly" });
    }
    connection.onnegotiationneeded = async () => {
      await connection.setLocalDescription();
      this.#send(peerId, { description: connection.localDescription?.toJSON() });
    };
    connection.addEventListener("connectionstatechange", () => {
      if (connection.connectionState === "failed") connection.restartIce();
    });
  }

  /**
   * @param {string} peerId
   * @param {Signal} signal
   */
  async hear(peerId, { description, candidate }) {
    const call = this.#calls.get(peerId) ?? this.#open(peerId);
    const { connection } = call;
    if (candidate) {
      if (connection.remoteDescription) await connection.addIceCandidate(candidate);
      else call.early.push(candidate);
    }
    if (!description) return;
    await connection.setRemoteDescription(description);
    if (description.type === "offer") {
      await connection.setLocalDescription();
      this.#send(peerId, { description: connection.localDescription?.toJSON() });
    }
    for (const early of call.early.splice(0)) await connection.addIceCandidate(early);
  }

  /** @param {string} peerId */
  end(peerId) {
    this.#calls.get(peerId)?.connection.close();
    this.#calls.delete(peerId);
    this.#onChange();
  }

  /**
   * Sends another track in place of the one of its kind.
   * @param {MediaStreamTrack} track
   */
  async replace(track) {
    for (const { connection } of this.#calls.values()) {
      await connection.getSenders().find((sender) => sender.track?.kind === track.kind)?.replaceTrack(track);
    }
  }

  endAll() {
    for (const peerId of [...this.#calls.keys()]) this.end(peerId);
  }

  /** @param {string} peerId */
  #open(peerId) {
    // Both are on one network, or on one machine: nobody needs to help them to find each other.
    const connection = new RTCPeerConnection({ iceServers: [] });
    const call = { connection, stream: new MediaStream(), early: [] };
    this.#calls.set(peerId, call);
    for (const track of this.#own.getTracks()) connection.addTrack(track, this.#own);
    connection.onicecandidate = ({ candidate }) => this.#send(peerId, { candidate: candidate?.toJSON() ?? null });
    connection.ontrack = ({ track }) => {
      call.stream.addTrack(track);
      this.#onChange();
    };
    connection.onconnectionstatechange = this.#onChange;
    return call;
  }
}
