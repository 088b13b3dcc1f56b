"""Cameras and microphones as a browser has them, drawn and sung, and what goes wrong with them."""

# `media.faults` names the error of each kind, `media.asked` what was asked for, `media.tracks` what was given out.
MEDIA = """() => {
  const media = (window.media = { faults: {}, asked: [], tracks: [] });
  const devices = [
    ["videoinput", "front", "Front camera"],
    ["videoinput", "back", "Back camera"],
    ["audioinput", "built-in", "Built-in microphone"],
    ["audioinput", "headset", "Headset"],
  ].map(([kind, deviceId, label]) => ({ kind, deviceId, label, groupId: "" }));
  const give = (track, wanted, usual) => {
    const deviceId = wanted.deviceId?.ideal ?? usual;
    track.getSettings = () => ({ deviceId });
    media.tracks.push(track);
    return track;
  };
  const picture = () => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 320, height: 180 });
    const context = canvas.getContext("2d");
    setInterval(() => {
      context.fillStyle = `hsl(${Date.now() / 20} 60% 50%)`;
      context.fillRect(0, 0, 320, 180);
    }, 50);
    return canvas.captureStream(20).getVideoTracks()[0];
  };
  const sound = () => {
    const audio = new AudioContext();
    const tone = audio.createOscillator();
    const heard = audio.createMediaStreamDestination();
    tone.connect(heard);
    tone.start();
    return heard.stream.getAudioTracks()[0];
  };
  navigator.mediaDevices.getUserMedia = async ({ video, audio }) => {
    media.asked.push({ video: Boolean(video), audio: Boolean(audio) });
    for (const [kind, wanted] of [["camera", video], ["microphone", audio]]) {
      if (wanted && media.faults[kind]) throw new DOMException("made up", media.faults[kind]);
    }
    const tracks = [];
    if (video) tracks.push(give(picture(), video, "front"));
    if (audio) tracks.push(give(sound(), audio, "built-in"));
    return new MediaStream(tracks);
  };
  navigator.mediaDevices.enumerateDevices = async () =>
    media.tracks.length ? devices : devices.map((one) => ({ ...one, deviceId: "", label: "" }));
}"""
