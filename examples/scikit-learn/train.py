# A random forest on digits: one value, no epochs. Parameters are arguments; one that is null is left out.
import argparse, os
from sklearn.datasets import load_digits
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import cross_val_score

parser = argparse.ArgumentParser()
parser.add_argument("--n_estimators", type=int, default=100)
parser.add_argument("--max_depth", type=int)
forest = RandomForestClassifier(random_state=int(os.environ["SWEEP_SEED"]), **vars(parser.parse_args()))
accuracy = cross_val_score(forest, *load_digits(return_X_y=True), cv=3).mean()
print("::sweep {\"accuracy\": %.6f}" % accuracy)
