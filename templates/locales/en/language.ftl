# About this language: its name in itself, whose habits its numbers follow (BCP 47), and who wrote its words:
# author (as the product's own people wrote them), machine (translated, not reviewed) or reviewed.
language-name = English
language-formats = en-GB
language-state = author
