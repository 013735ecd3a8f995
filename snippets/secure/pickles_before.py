"""Bad on purpose: it runs whatever the file says, then asks whether it is a model."""

import pickle
from pathlib import Path


def load_model(path: Path):
    return pickle.loads(path.read_bytes())
