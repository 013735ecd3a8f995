"""Write down what the data promise, and make test data that keep the same promises."""
