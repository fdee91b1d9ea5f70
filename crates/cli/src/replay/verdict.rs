//! What a replay found, in words and in JSON.

use cards::Replay;
use serde_json::{Value, json};

use crate::error::Error;
use crate::out::Out;
use crate::verify::Finding;

/// Longest text of a value that is printed, in characters.
const MOST_CHARS: usize = 300;

/// What a replay found.
#[derive(Debug)]
pub(crate) enum Verdict {
    /// The files are not those of the release.
    Release(Vec<Finding>),
    /// The card says what no card can say.
    Malformed {
        /// Where (RFC 6901).
        pointer: &'static str,
        /// What it says.
        stored: Value,
        /// What would be right.
        right: &'static str,
    },
    /// Every value is the same; the file is written in another form than the one that is hashed.
    OtherForm,
    /// What the comparison of the whole documents gave.
    Card(Replay),
}

/// Says what was found. Gives the exit code.
pub(super) fn told(verdict: &Verdict, bytes: &[u8], out: &mut Out, json: bool) -> Result<u8, Error> {
    let code = match verdict {
        Verdict::OtherForm | Verdict::Card(Replay::Exact | Replay::Agrees { .. }) => 0,
        Verdict::Release(_) | Verdict::Malformed { .. } | Verdict::Card(Replay::Differs { .. }) => 1,
    };
    if json {
        let mut answer = answer(verdict);
        if let Some(answer) = answer.as_object_mut() {
            answer.insert("card_sha256".to_owned(), domain::Digest::of(bytes).to_string().into());
        }
        out.say(answer)?;
    } else {
        for line in words(verdict) {
            out.say(line)?;
        }
    }
    Ok(code)
}

fn answer(verdict: &Verdict) -> Value {
    match verdict {
        Verdict::Release(findings) => json!({"outcome": "mismatch", "step": "release", "findings": findings}),
        Verdict::Malformed { pointer, stored, right } => {
            json!({"outcome": "mismatch", "step": "card", "pointer": pointer, "stored": stored, "right": right})
        }
        Verdict::OtherForm => json!({"outcome": "agrees", "numbers": 0, "largest": 0, "canonical": false}),
        Verdict::Card(Replay::Exact) => json!({"outcome": "exact"}),
        Verdict::Card(Replay::Agrees { numbers, largest }) => {
            json!({"outcome": "agrees", "numbers": numbers, "largest": largest})
        }
        Verdict::Card(Replay::Differs { pointer, stored, again }) => {
            json!({"outcome": "mismatch", "step": "card", "pointer": pointer, "stored": stored, "again": again})
        }
    }
}

fn words(verdict: &Verdict) -> Vec<String> {
    match verdict {
        Verdict::Release(findings) => {
            let findings = findings.iter().map(Finding::to_string);
            std::iter::once("differs: these are not the files of the release".to_owned()).chain(findings).collect()
        }
        Verdict::Malformed { pointer, stored, right } => {
            vec![format!("differs at {pointer}: the card says {}; right would be {right}", short(stored))]
        }
        Verdict::OtherForm => vec![
            "agrees: every value was computed again and is the same; the file is not written in the form that is hashed"
                .to_owned(),
        ],
        Verdict::Card(Replay::Exact) => {
            vec!["exact: every value was computed again and is the same, to the last byte".to_owned()]
        }
        Verdict::Card(Replay::Agrees { numbers, largest }) => {
            let most = (largest * 100.0).ceil();
            let numbers = if *numbers == 1 { "1 number differs".to_owned() } else { format!("{numbers} numbers differ") };
            vec![format!(
                "agrees: every value was computed again; {numbers} within the tolerance, by at most {most} % of \
                 it"
            )]
        }
        Verdict::Card(Replay::Differs { pointer, stored, again }) => {
            vec![format!("differs at {pointer}: the card says {}, computed again it is {}", short(stored), short(again))]
        }
    }
}

fn short(value: &Value) -> String {
    let text = value.to_string();
    if text.chars().count() <= MOST_CHARS {
        return text;
    }
    text.chars().take(MOST_CHARS).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tell(verdict: &Verdict) -> (u8, String) {
        let said = tempfile::NamedTempFile::new().unwrap();
        let mut out = Out::new(said.reopen().unwrap(), std::io::sink());
        let code = told(verdict, b"{}", &mut out, false).unwrap();
        (code, std::fs::read_to_string(said.path()).unwrap())
    }

    #[test]
    fn the_first_word_says_how_it_went() {
        let differs = Replay::Differs { pointer: "/a/0".to_owned(), stored: json!(1.5), again: json!(2) };

        let (code, text) = tell(&Verdict::Card(differs));

        assert_eq!(
            (code, text.as_str()),
            (1, "differs at /a/0: the card says 1.5, computed again it is 2\n")
        );
        assert!(tell(&Verdict::Card(Replay::Exact)).1.starts_with("exact: "));
        let (code, text) = tell(&Verdict::Card(Replay::Agrees { numbers: 3, largest: 0.014 }));
        assert_eq!(code, 0);
        assert!(
            text.starts_with("agrees: ") && text.contains("3 numbers differ") && text.contains("2 % of it"),
            "{text}"
        );
    }
}
