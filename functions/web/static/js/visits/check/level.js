/** How loud a microphone is. */

/** How often the level is read. In milliseconds. */
const READ_EVERY_MS = 100;

/** A person who speaks at some distance has a mean level of about a twentieth of the loudest; this fills the meter. */
const GAIN = 8;

/**
 * @param {MediaStreamTrack} track
 * @param {(level: number) => void} onLevel receives 0 for silence to 1
 * @returns {() => void} stops
 */
export function watchLevel(track, onLevel) {
  const audio = new AudioContext();
  const analyser = audio.createAnalyser();
  analyser.fftSize = 1024;
  audio.createMediaStreamSource(new MediaStream([track])).connect(analyser);
  // Opened by a press, so no browser keeps it suspended for long.
  void audio.resume();
  const samples = new Float32Array(analyser.fftSize);
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
    onLevel(Math.min(1, Math.sqrt(power) * GAIN));
  }, READ_EVERY_MS);
  return () => {
    clearInterval(timer);
    if (audio.state !== "closed") void audio.close();
  };
}
