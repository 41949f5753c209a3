/** `predict.py`: reads samples, prints a class a line, or saves them. */
export const predictPython = `"""Prints the class of each sample, a line each: python predict.py SAMPLES [--out LABELS.npy] [--one-pass].

SAMPLES is an .npy file [n x ...] or an IDX file, packed with gzip or not, with features as they lay in the data that was
learned from: they are scaled here. --out saves the places of the classes in network.json instead. --one-pass predicts by
the readout of a Forward-Forward network.
"""

import argparse
import gzip
import io

import numpy as np
import torch

from model import CLASSES, Network, scaled

IDX = {8: ">u1", 9: ">i1", 11: ">i2", 12: ">i4", 13: ">f4", 14: ">f8"}


def samples_in(path):
    with open(path, "rb") as file:
        data = file.read()
    if data[:2] == b"\\x1f\\x8b":
        data = gzip.decompress(data)
    if data[:6] == b"\\x93NUMPY":
        return np.load(io.BytesIO(data), allow_pickle=False)
    if len(data) < 4 or data[:2] != b"\\0\\0" or data[2] not in IDX:
        raise SystemExit(f"{path} must be an .npy or IDX file; got other bytes")
    end = 4 + 4 * data[3]
    shape = np.frombuffer(data[4:end], ">u4")
    return np.frombuffer(data[end:], IDX[data[2]]).reshape(shape)


def main():
    parser = argparse.ArgumentParser(description="Predicts the classes of samples.")
    parser.add_argument("samples")
    parser.add_argument("--out")
    parser.add_argument("--one-pass", action="store_true")
    asked = parser.parse_args()
    network = Network().eval()
    scores = network.one_pass if asked.one_pass else network
    with torch.no_grad():
        parts = torch.split(scaled(samples_in(asked.samples)), 1000)
        labels = torch.cat([scores(part).argmax(1) for part in parts]).numpy()
    if asked.out:
        np.save(asked.out, labels)
    else:
        print("\\n".join(CLASSES[label] for label in labels))


if __name__ == "__main__":
    main()
`;
