"""Words by which people tell phones apart: short, common, friendly, and none that sounds like another."""

from typing import Final

# fmt: off
FIRST: Final = (
    "amber", "azure", "bold", "brave", "brisk", "bright", "calm", "clear", "clever", "cool", "copper", "coral",
    "crisp", "curly", "dapper", "early", "fair", "fancy", "fast", "fine", "fond", "free", "fresh", "gentle", "glad",
    "golden", "good", "grand", "green", "happy", "jolly", "keen", "kind", "light", "lively", "loyal", "lucky",
    "mellow", "merry", "mild", "neat", "nimble", "noble", "olive", "plain", "polite", "proud", "quick", "quiet",
    "rapid", "ready", "rosy", "round", "royal", "ruby", "shiny", "silver", "smart", "snug", "sunny", "swift",
    "tidy", "warm", "wise",
)
SECOND: Final = (
    "acorn", "anchor", "apple", "arrow", "badge", "basket", "beacon", "bell", "bridge", "brook", "button", "candle",
    "canoe", "castle", "cedar", "cherry", "cloud", "clover", "comet", "cup", "daisy", "drum", "eagle", "falcon",
    "feather", "fern", "garden", "harbour", "hazel", "heron", "hill", "island", "ivory", "kite", "lake", "lantern",
    "lemon", "lily", "maple", "meadow", "melon", "moon", "ocean", "orchard", "otter", "owl", "panda", "pebble",
    "pepper", "piano", "pigeon", "planet", "rabbit", "river", "robin", "saddle", "sail", "spoon", "star", "table",
    "tulip", "violin", "willow", "window",
)
# fmt: on
