# ---
# description: A notebook as it was written, score 0.99 and all, with nine faults to find and what each one cost.
# tags: [case study, worked example, raw notebook, messy notebook, Jupyter notebook, Kaggle, exercise, practice, spot the mistakes, find the bugs, code review, review a notebook, bad example, anti-pattern, EDA, exploratory data analysis, data leakage, leaky, "0.99", classification, classifier, gradient boosting, flight delays, airline, prediction]
# ---

# %% [markdown]
# # Leg 1: the raw notebook
#
# **One afternoon gave a score of 0.99. Measured honestly, the same kind of model does worse than saying "on time" every time.**
#
# Two hours before departure: will this flight arrive more than 15 minutes late?
# That is the question of the case study "Late flights", and this is its first answer.
# The notebook is raw on purpose, as a good data scientist writes one with slides due at five.
# At least nine faults are in it: find them before you reach [the list](#nine-faults-and-what-each-one-cost).
#
# Use this as an exercise: a bad example of an exploratory data analysis, to spot the mistakes and bugs in.
# Skip it for a data science notebook without leakage, and go to [leg 4](../leg-4/).
#
# ## What have we got?

# %%
import matplotlib.pyplot as plt
import pandas as pd
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.model_selection import train_test_split

from snippets.data import flights

# %%
flights = flights()
flights.head(3)

# %%
nulls = flights.isna().sum()
nulls[nulls > 0]

# %% [markdown]
# Under 3% of the rows. Drop them, add the label, go.

# %%
flights = flights.dropna()
flights["on_time"] = flights["arr_delay"] > 15
print(f"{len(flights):,} flights, {flights['on_time'].mean():.1%} late")

# %% [markdown]
# ## When are they late?
#
# Share of late flights by hour: 11% at six in the morning, 37% at nine in the evening.
# Delays pile up through the day. This one is going on a slide!

# %% alt="Bar chart: the share of late flights rises from 11% at 06 h to 37% at 21 h and falls after that."
by_hour = flights.groupby("hour")["on_time"].mean() * 100

plt.bar(by_hour.index, by_hour)
plt.xticks(range(6, 24, 3))
plt.xlabel("scheduled hour of departure")
plt.ylabel("late, %")
for hour in (6, 21):
    plt.text(hour, by_hour[hour] + 0.6, f"{by_hour[hour]:.0f}%", ha="center")
plt.show()

# %% [markdown]
# Flights per day: about 900, and a hole in February.

# %% alt="Line chart of flights per day in 2013: about 900 all year, 291 on 9 February."
per_day = flights.groupby(pd.to_datetime(flights[["year", "month", "day"]])).size()

plt.plot(per_day, linewidth=1)
plt.ylim(0, 1100)
plt.ylabel("flights a day")
plt.text(per_day.idxmin(), per_day.min(), "   9 February")
plt.show()

# %%
feb = flights[(flights["month"] == 2) & flights["day"].between(7, 10)]
feb.groupby("day")["on_time"].agg(["size", "mean"]).round(3)

# %% [markdown]
# Snow: there was a blizzard on the 8th and the 9th.
# On the 9th 23% were late, though, the same as all year, so the storm is not worth a feature.

# %%
evening = flights[flights["hour"] >= 17]
print("evening:", round(evening["on_time"].mean(), 3))

winter = flights[flights["month"].isin([12, 1, 2])]
print("winter: ", round(evening["on_time"].mean(), 3))

# %% [markdown]
# Winter is as bad as the evening. And the most punctual carriers, for the slides:

# %%
flights.groupby("carrier")["on_time"].mean().nlargest(3).round(3)

# %% [markdown]
# ## Can we predict it?

# %%
flights.corr(numeric_only=True)["on_time"].nlargest(6).round(2)

# %% [markdown]
# `arr_delay` is the answer itself, so it has to go. `dep_delay` is a great feature.
# All the numbers in, and boosting on a sample so that it fits while I get coffee:

# %%
sample = flights.sample(40_000, random_state=42)
X = sample.select_dtypes("number").drop(columns=["arr_delay"])
y = sample["on_time"]
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=42)
model = HistGradientBoostingClassifier(random_state=42).fit(X_train, y_train)
print("accuracy", round(model.score(X_test, y_test), 4))

# %% [markdown]
# 0.95 at the first try!
# Clock times are HHMM, so 6:59 and 7:00 are 41 apart. Minutes after midnight should do better.

# %% tags=["in-place"]
flights["dep_time"] = flights["dep_time"] // 100 * 60 + flights["dep_time"] % 100
flights["sched_dep_time"] = (
    flights["sched_dep_time"] // 100 * 60 + flights["sched_dep_time"] % 100
)
flights["arr_time"] = flights["arr_time"] // 100 * 60 + flights["arr_time"] % 100
flights["sched_arr_time"] = (
    flights["sched_arr_time"] // 100 * 60 + flights["sched_arr_time"] % 100
)
flights["took"] = (flights["arr_time"] - flights["dep_time"]) % 1440
flights["should_take"] = (flights["sched_arr_time"] - flights["sched_dep_time"]) % 1440

sample = flights.sample(40_000, random_state=42)
X = sample.select_dtypes("number").drop(columns=["arr_delay"])
y = sample["on_time"]
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=42)
model = HistGradientBoostingClassifier(random_state=42).fit(X_train, y_train)
print("accuracy", round(model.score(X_test, y_test), 4))

# %% [markdown]
# **0.99.** We catch 99 of 100 late flights. Slides, then home. (TODO: weather.)
#
# ## What was it worth?
#
# The raw notebook ends here; the rest measures the damage.
# First, a second run of the cell that turned clock times into minutes:

# %%
from sklearn.metrics import accuracy_score, recall_score

judged = model.predict(X_test)
as_written = accuracy_score(y_test, judged), recall_score(y_test, judged)

exec(next(cell for cell in In if "should_take" in cell))

# %% [markdown]
# Next, the same kind of model on the same 40,000 flights, with only the columns that are known two hours before departure.
# It is tested on a random quarter, as above.
# Then it learns from January to September, and is tested on October to December, as it would be in use.

# %%
from snippets import data

rows = data.flights().dropna().sample(40_000, random_state=42)
late = rows["arr_delay"] > 15
autumn = rows["month"] >= 10
known = rows[["month", "day", "hour", "minute", "sched_dep_time", "sched_arr_time"]]
known = known.join(rows[["flight", "distance"]])


def measure(train, test):
    """Share of flights judged rightly, and share of the late ones found."""
    model = HistGradientBoostingClassifier(random_state=42)
    judged = model.fit(known.loc[train], late[train]).predict(known.loc[test])
    return accuracy_score(late[test], judged), recall_score(late[test], judged)


scores = pd.DataFrame(
    {
        "as written": as_written,
        "without the leak": measure(*train_test_split(rows.index, random_state=42)),
        "and split by time": measure(rows.index[~autumn], rows.index[autumn]),
        'always "on time"': (1 - late[autumn].mean(), 0),
    },
    index=["accuracy", "late flights found"],
).T
scores.round(3)

# %% alt="Bar chart of accuracy: 0.99 as written, 0.79 without the leak, 0.75 when also split by time, and 0.78 for always saying on time."
bars = plt.barh(scores.index, scores["accuracy"], color=["C0", "C0", "C0", "C4"])
plt.bar_label(bars, fmt="%.2f", padding=4)
plt.gca().invert_yaxis()
plt.grid(visible=False)
plt.xlim(0, 1.1)
plt.xlabel("accuracy")
plt.show()

# %% [markdown]
# Last, the rows that went first, and the winter that was never printed:

# %%
scheduled = data.flights()
scheduled["dropped"] = scheduled.isna().any(axis=1)
print("rows dropped:", scheduled["dropped"].sum())
print("winter:", round(winter["on_time"].mean(), 3))

february = scheduled[scheduled["month"] == 2]
february.groupby("day")["dropped"].agg(["size", "sum"]).nlargest(2, "sum")

# %% [markdown]
# ## Where does this leg stand?
#
# Each leg that has code is scored in the same way.
# Of two flights from October to December, one late and one not: how often does the late one get the higher risk?
# A coin scores 0.5; a flight that never arrived is late; the interval comes from resampling whole weeks.

# %%
import numpy as np

from snippets.late_flights.scoreboard import auc

asked = data.flights().query("month >= 10")
model = HistGradientBoostingClassifier(random_state=42)
model.fit(known[~autumn], late[~autumn])
risk = model.predict_proba(asked[known.columns])[:, 1]
score, low, high = auc(
    data.late(asked),
    pd.Series(risk, index=asked.index),
    pd.to_datetime(asked[["year", "month", "day"]]).dt.to_period("W"),
    rng=np.random.default_rng(0),
)
print(f"AUC {score:.3f} [{low:.3f}, {high:.3f}]")

# %% [markdown]
# ## Nine faults, and what each one cost
#
# | Fault | What it cost | What fixes it |
# |---|---|---|
# | A leak: `dep_time`, `dep_delay`, `arr_time` and `air_time` are written down after the decision, and `took` is made from two of them. | Accuracy 0.99 instead of 0.79. | The cells above |
# | A random split: the model learns from the very days that it is tested on. | 0.79 instead of 0.75. | The cells above |
# | No baseline. | Saying "on time" every time scores 0.78, so the model is worse than none. | The cells above |
# | Accuracy sold as a catch rate. | 99 of 100 late flights promised. The honest model finds 5 of 100. | The cells above |
# | `dropna()` without asking why. | 9,430 flights. The storm looks harmless, since 475 of the 930 flights of 8 February and 393 of the 684 of the 9th are gone. | [Why is it null?](../../explore/nulls/) |
# | A cell that changes `flights` in place. | 0.99 at the first run, 0.93 at the second. | Functions that return a new table: [Refactoring](../../cross/refactor/) |
# | `flights = flights()`: the table hides its loader. | That cell runs once. The second time it is a `TypeError`. | One name for one thing |
# | `on_time` is true of a flight that is late. | The three worst of 16 carriers go on a slide as the most punctual. | A name that says what is counted: `late` |
# | Pasted lines: winter prints the evening again. | Winter at 0.337 instead of 0.263. | One loop in place of copies: [Refactoring](../../cross/refactor/) |
#
# Even the honest numbers leave flights out: the 9,430 that were dropped have no label, and are in none of them.
#
# ## What this leg shows
#
# The afternoon was well spent, for two finds are real and need no model.
# Lateness triples from morning to evening, and one storm emptied two days.
#
# The score was false, and no cell raised an error or a warning to say so.
# The leak shows on the first real flight: two hours before departure, five of the model's columns are empty.
#
# Whether this question deserves an engineer at all is for [Which mountain, when?](../../basecamp/choose/) to say.
# Seven legs are still to come.
# [Leg 2](../leg-2/) asks the same questions with the nulls explained.
# Leg 3 will turn the answers into one page of advice by hour of day, with no model.
# Legs 4 to 8 will cross to the engineering mountain and run a model through summer, storm and failure.
