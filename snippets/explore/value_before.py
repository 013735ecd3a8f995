"""Bad on purpose: it asks whether the score got better, and not what that is worth."""

from sklearn.metrics import roc_auc_score


def worth_another_week(late, before, after):
    gain = roc_auc_score(late, after) - roc_auc_score(late, before)
    return gain > 0.01
