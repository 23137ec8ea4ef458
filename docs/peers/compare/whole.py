"""Is every sample of the counter there? `python whole.py FOLDER FRAMES`: frames that are right, at their place; missing frames; files."""
import glob
import json
import sys

import numpy as np



def floats(path):
    """The samples of a WAV, from behind the head of its data."""
    with open(path, "rb") as file:
        return np.fromfile(path, "<f4", offset=file.read(4096).index(b"data") + 8)


folder, frames = sys.argv[1], int(sys.argv[2])
samples = np.concatenate([floats(part) for part in sorted(glob.glob(f"{folder}/*/signal*.wav"))])[:frames]
expected = (np.arange(len(samples)) % 1000 + 0.5).astype("<f4")
right = int((samples == expected).sum())
gaps = sum(1 for events in glob.glob(f"{folder}/*/events.jsonl") for line in open(events) if json.loads(line).get("type") == "gap")
json.dump({"sent": frames, "kept": len(samples), "right": right, "gaps": gaps}, sys.stdout)
