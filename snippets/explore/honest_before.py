"""Bad on purpose: every number in, a random split, one score, no baseline."""

import pandas as pd
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import train_test_split


def superb_score(flights: pd.DataFrame, late: pd.Series) -> float:
    X = flights.select_dtypes("number").drop(columns="arr_delay")
    X_train, X_test, y_train, y_test = train_test_split(X, late, random_state=0)
    model = HistGradientBoostingClassifier(max_iter=30, random_state=0)
    model.fit(X_train, y_train)
    return roc_auc_score(y_test, model.predict_proba(X_test)[:, 1])
