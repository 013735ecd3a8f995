"""What a service that is up says of itself: nothing of whether it is right."""

__all__ = ["status_page"]


def status_page(model, batches):
    requests = errors = 0
    for batch in batches:
        requests += len(batch)
        try:
            model.predict_proba(batch)
        except Exception:
            errors += len(batch)
    return f"{requests:,} requests, {errors} errors, {1 - errors / requests:.2%} up"
