# About this language. State: machine or reviewed.
language-name = हिन्दी
language-formats = hi-IN
language-state = machine
