"""What is said of webhooks a second."""

from benchmarks.webhooks import Flow, section


def test_rates_are_of_whole_flows() -> None:
    """From the first call to the last answer, and to the last that was processed."""
    text = section(Flow([10.0, 20.0, 60.0, 30.0], [100, 300, 200, 400], received_s=0.05, processed_s=0.4))
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line[0:1] == "|"]
    assert rows[2:] == [
        ["receive: the call", "80", "25.0", "10.0", "60.0"],
        ["process: from kept to processed", "10", "250", "100", "400"],
    ]
    assert "processed 350 ms after the last was received" in text
