"""Bad on purpose: a model behind an endpoint that takes whatever it is sent."""

import pandas as pd
from fastapi import FastAPI, Request
from sklearn.linear_model import LogisticRegression


def train(flights):
    landed = flights.dropna(subset="arr_delay")
    columns = pd.get_dummies(landed[["carrier", "origin", "hour"]])
    model = LogisticRegression(solver="newton-cholesky")
    return model.fit(columns, landed["arr_delay"] > 15)


def loose_app(model):
    app = FastAPI()

    @app.post("/predict")
    async def predict(request: Request):
        row = pd.get_dummies(pd.DataFrame([await request.json()]))
        row = row.reindex(columns=model.feature_names_in_, fill_value=0)
        return {"late": float(model.predict_proba(row)[0, 1])}

    return app


def ask_again(client, request):
    for _ in range(5):
        response = client.send(request)
        if response.status_code == 200:
            break
    return response
