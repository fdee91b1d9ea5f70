"""Figures of shap that the shared baseline does not give. Prints one JSON object.

usage: shap_peers.py FIXTURES BACKGROUND.csv EXACT.json...
BACKGROUND.csv holds 1,000 rows for ltr_lgbm. Each EXACT.json holds exact values of `vitrine explain` for the first rows of
a model, named by its folder: errors of shap's permutation explainer are measured against them."""

import json
import os
import sys
import time
import warnings

os.environ.setdefault("OMP_NUM_THREADS", "1")
warnings.simplefilter("ignore")

import lightgbm
import numpy
import onnxruntime
import shap


def numbers(path, skip):
    table = numpy.loadtxt(path, delimiter=",", skiprows=1, dtype=str)
    return table[:, skip:].astype(numpy.float32)


def median_seconds(work, repeats=3):
    seconds = []
    for _ in range(repeats):
        started = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - started)
    return sorted(seconds)[repeats // 2]


def thousand(fixtures, background):
    booster = lightgbm.Booster(model_file=f"{fixtures}/ltr_lgbm/native_lightgbm.txt")
    rows = numbers(f"{fixtures}/ltr_lgbm/rows.csv", 3).astype(numpy.float64)[:20]
    typical = numbers(background, 0).astype(numpy.float64)
    # A plain table would be thinned out to 100 rows.
    whole = shap.maskers.Independent(typical, max_samples=len(typical))
    explainer = shap.TreeExplainer(booster, data=whole, feature_perturbation="interventional")
    assert len(explainer.data) == len(typical)
    return len(rows) / median_seconds(lambda: explainer.shap_values(rows, check_additivity=False))


def permutation(fixtures, exact_path):
    """Mean squared error and evaluations a row, for one and two antithetic permutations."""
    exact = json.load(open(exact_path))
    name = exact["folder"]
    wanted = numpy.array([row["values"] for row in exact["rows"]])
    columns = wanted.shape[1]
    rows = numbers(f"{fixtures}/{name}/rows.csv", 0 if columns == 0 else exact["skip"])[: len(wanted)]
    typical = numbers(f"{fixtures}/{name}/background.csv", 0)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(f"{fixtures}/{name}/model.onnx", options)
    output = [out.name for out in session.get_outputs() if out.name == "score"] or [session.get_outputs()[0].name]
    asked = [0]

    def score(table):
        asked[0] += len(table)
        given = {session.get_inputs()[0].name: numpy.ascontiguousarray(table, numpy.float32)}
        return session.run(output, given)[0][:, 0].astype(numpy.float64)

    found = {}
    for permutations in (1, 2, 4):
        explainer = shap.explainers.Permutation(score, shap.maskers.Independent(typical, max_samples=100), seed=1)
        asked[0] = 0
        values = explainer(rows, max_evals=permutations * (2 * columns + 1), silent=True).values
        error = float(((values - wanted) ** 2).mean())
        found[str(permutations)] = {"mean_squared_error": error, "evaluations": asked[0] / len(rows)}
    return name, found


def main():
    fixtures, background, exact = sys.argv[1], sys.argv[2], sys.argv[3:]
    sampled = dict(permutation(fixtures, path) for path in exact)
    print(json.dumps({"thousand_background_rows_per_second": thousand(fixtures, background), "permutation": sampled}))


main()
