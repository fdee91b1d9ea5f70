//! How many syllables an English word has: one more than the places where it may be hyphenated.
//!
//! Source: F. M. Liang, "Word Hy-phen-a-tion by Com-put-er", 1983, with the patterns of `patterns/hyph_en_US.dic`
//! (their licence lies beside them).

use std::collections::HashMap;
use std::sync::LazyLock;

/// American English.
const PATTERNS: &str = include_str!("../patterns/hyph_en_US.dic");
/// Letters before the first and after the last place; `textstat` asks for two of each.
const MARGIN: usize = 2;
/// The longest word that is looked at, in characters; no English word is longer, and hostile ones may be.
const LONGEST_WORD: usize = 256;

/// Levels between the letters of a pattern, from the first that is not 0.
struct Levels {
    start: usize,
    values: Vec<u8>,
}

struct Patterns {
    by_letters: HashMap<String, Levels>,
    longest: usize,
}

static KNOWN: LazyLock<Patterns> = LazyLock::new(|| Patterns::read(PATTERNS));

/// Syllables of one word, without marks.
pub(crate) fn count(word: &str) -> usize {
    KNOWN.places(&word.to_lowercase()) + 1
}

impl Patterns {
    /// The first line names the encoding; lines in capitals are settings.
    fn read(text: &str) -> Self {
        let lines = text.lines().skip(1).map(str::trim);
        let by_letters: HashMap<String, Levels> = lines
            .filter(|line| !line.starts_with(|letter: char| letter.is_ascii_uppercase()))
            .filter_map(pattern)
            .collect();
        let longest = by_letters.keys().map(|letters| letters.chars().count()).max().unwrap_or(0);
        Self { by_letters, longest }
    }

    /// In how many places a word may be hyphenated.
    fn places(&self, word: &str) -> usize {
        let letters: Vec<char> =
            std::iter::once('.').chain(word.chars().take(LONGEST_WORD)).chain(['.']).collect();
        let mut levels = vec![0_u8; letters.len() + 1];
        for start in 0..letters.len() {
            let mut piece = String::new();
            for letter in letters.iter().skip(start).take(self.longest) {
                piece.push(*letter);
                if let Some(found) = self.by_letters.get(&piece) {
                    let here = levels.iter_mut().skip(start + found.start);
                    here.zip(&found.values).for_each(|(level, value)| *level = (*level).max(*value));
                }
            }
        }
        // The first character is the dot before the word: level `i` stands before letter `i - 1`.
        let last = (letters.len() - 2).saturating_sub(MARGIN);
        levels
            .iter()
            .enumerate()
            .skip(MARGIN + 1)
            .take_while(|(at, _)| at - 1 <= last)
            .filter(|(_, level)| *level % 2 == 1)
            .count()
    }
}

/// A pattern such as `.ach4`: letters with levels between them. `None` where all levels are 0.
fn pattern(line: &str) -> Option<(String, Levels)> {
    let (mut letters, mut values) = (String::new(), vec![0_u8]);
    for letter in line.chars() {
        if let Some(level) = letter.to_digit(10).and_then(|digit| u8::try_from(digit).ok()) {
            *values.last_mut()? = level;
        } else {
            letters.push(letter);
            values.push(0);
        }
    }
    let start = values.iter().position(|level| *level > 0)?;
    Some((letters, Levels { start, values: values.split_off(start) }))
}
