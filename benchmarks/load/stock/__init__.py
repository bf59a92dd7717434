"""Stock Rasa with the same training data, the same actions and the same knowledge: what we are held against."""
