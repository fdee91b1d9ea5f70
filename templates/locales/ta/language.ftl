# About this language. State: machine or reviewed.
language-name = தமிழ்
language-formats = ta-IN
language-state = machine
