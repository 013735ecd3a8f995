"""Bad on purpose: a model behind an endpoint that takes whatever it is sent."""

import pandas as pd
from fastapi import FastAPI
from sklearn.linear_model import LogisticRegression


def train(flights):
    columns = pd.get_dummies(flights[["carrier", "origin", "hour"]])
    late = ~(flights["arr_delay"] <= 15)
    return LogisticRegression(solver="newton-cholesky").fit(columns, late)


def loose_app(model):
    app = FastAPI()

    @app.post("/predict")
    def predict(flight: dict):
        row = pd.get_dummies(pd.DataFrame([flight]))
        row = row.reindex(columns=model.feature_names_in_, fill_value=0)
        return {"late": model.predict_proba(row)[0, 1]}

    return app
