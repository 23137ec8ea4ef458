"""Makes the text files of other programs that tests/texts.rs reads: their layouts, our own numbers."""

import datetime
import math
import pathlib

HERE = pathlib.Path(__file__).parent
START = datetime.datetime(2026, 11, 23, 10, 15, 0, tzinfo=datetime.timezone.utc)


def breath(n, hz):
    return math.sin(2 * math.pi * 0.25 * n / hz)


def write(name, lines, encoding="utf-8", end="\n"):
    (HERE / name).write_bytes((end.join(lines) + end).encode(encoding))


def gui5():
    """Cyton, 8 channels, GUI 5: names of columns, a marker, Unix stamps in bursts of ten; rows 400 to 409 were lost."""
    names = ["Sample Index"] + [f"EXG Channel {n}" for n in range(8)] + [f"Accel Channel {n}" for n in range(3)]
    names += ["Not Used"] + [f"Digital Channel {n} (D1{n})" for n in range(4)] + ["Not Used", "Digital Channel 4 (D18)"]
    names += [f"Analog Channel {n}" for n in range(3)] + ["Timestamp", "Marker Channel", "Timestamp (Formatted)"]
    lines = ["%OpenBCI Raw EXG Data", "%Number of channels = 8", "%Sample Rate = 250 Hz", "%Board = OpenBCI_GUI$BoardCytonSerial", ", ".join(names)]
    for n in range(1000):
        if 400 <= n < 410:
            continue
        at = START.timestamp() + (n // 10 * 10) / 250
        row = [float(n % 256)] + [round(100 * (c + 1) * breath(n, 250), 3) for c in range(8)] + [0.02, 0.5, 0.866]
        row += [192.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, at, 3.0 if n == 600 else 0.0]
        told = datetime.datetime.fromtimestamp(at + 3600, datetime.timezone.utc).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]
        lines.append(", ".join(map(str, row)) + ", " + told)
    write("openbci_gui5.txt", lines)


def gui4():
    """Ganglion, 4 channels, before version 5: no names, a decimal comma, the time of day and milliseconds of the era."""
    lines = ["%OpenBCI Raw EEG Data", "%Number of channels = 4", "%Sample Rate = 200.0 Hz", "%First Column = SampleIndex", "%Last Column = Timestamp"]
    lines.append("%Other Columns = EEG data in microvolts followed by Accel Data (in G) interleaved with Aux Data")
    for n in range(600):
        if 250 <= n < 256:
            continue
        values = [f"{10 * (c + 1) * breath(n, 200):.2f}".replace(".", ",") for c in range(4)] + ["0,000", "0,000", "1,000"]
        ms = int(START.timestamp() * 1000 + n * 5)
        day = (START + datetime.timedelta(milliseconds=5 * n)).strftime("%H:%M:%S.%f")[:-3]
        lines.append(f"{n % 201}, {', '.join(values)}, {day}, {ms}")
    write("openbci_gui4.txt", lines, end="\r\n")


def excel(moment):
    return (moment - datetime.datetime(1899, 12, 30, tzinfo=datetime.timezone.utc)).total_seconds() / 86400


def labchart():
    """Two channels at 100 Hz in two blocks, the second 2.5 s after the end of the first; Latin-1, comments."""
    lines = []
    for begin, rows in [(0.0, 300), (5.5, 200)]:
        moment = START + datetime.timedelta(seconds=begin)
        lines += ["Interval=\t0.01 s", f"ExcelDateTime=\t{excel(moment):.16e}\t{moment:%d/%m/%y %H:%M:%S.%f}", "TimeFormat=\tStartOfBlock", "DateFormat=\t"]
        lines += ["ChannelTitle=\tForce left\tBelt", "Range=\t10.000 V\t200.0 \xb5m", "UnitName=\tmN\t*", "TopValue=\t5.00\t*", "BottomValue=\t-5.00\t*"]
        for n in range(rows):
            value = breath(n, 100)
            cells = [f"{n / 100:g}", "NaN" if (begin == 0.0 and n == 7) else f"{value:.5f}", f"{100 * value:.4f}"]
            comment = {(0.0, 100): ["#* eyes shut "], (5.5, 50): ["#2 cough #* hold "]}.get((begin, n), [])
            lines.append("\t".join(cells + comment))
    write("labchart.txt", lines, encoding="latin-1", end="\r\n")


def acq():
    """Two channels at 50 Hz with their times in minutes."""
    lines = ["sacrum.acq", "20 msec/sample", "2 channels", "Force - DA100C", "mN", "Respiration (RSP), X, RSPEC-R", "Volts", "min\tCH1\tCH2\t", "\t500\t500\t"]
    lines += [f"{n / 3000:.6g}\t{breath(n, 50):.6f}\t{2 * breath(n, 50):.6f}\t" for n in range(500)]
    write("acqknowledge.txt", lines, end="\r\n")


for make in (gui5, gui4, labchart, acq):
    make()
