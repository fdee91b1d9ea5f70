//! What a picture says, and how its words fit.

use askama::Template;

use super::paint::{is_drawn, spans, width};

/// Where text begins, in pixels.
const LEFT: f32 = 64.0;
/// Where it ends.
const RIGHT: f32 = 1136.0;
/// Room in between.
const ROOM: f32 = RIGHT - LEFT;

/// What a picture says, in the words of one language.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Picture {
    /// The name of the site.
    pub(crate) site: String,
    /// Which version of the card, and of which day.
    pub(crate) version: String,
    /// The title, and what stands for it where it cannot be drawn.
    pub(crate) titles: Vec<String>,
    /// What the system does.
    pub(crate) one_line: String,
    /// What the rows below are.
    pub(crate) heading: String,
    /// The strongest signals, each with its weight.
    pub(crate) rows: Vec<(String, String)>,
    /// That it was withdrawn.
    pub(crate) withdrawn: Option<String>,
    /// Who did not write it, and what stands for that where the name cannot be drawn.
    pub(crate) stranger: Vec<String>,
}

/// A picture whose words fit.
#[derive(Template)]
#[template(path = "card/preview.svg")]
pub(super) struct Fitted {
    site: String,
    version: Ended,
    title: Vec<Placed>,
    one_line: Vec<Placed>,
    heading: Placed,
    rows: Vec<Row>,
    note: String,
}

/// A text that ends at the right margin.
struct Ended {
    x: f32,
    text: String,
}

/// A line of text and how far down it stands.
struct Placed {
    y: u32,
    text: String,
}

/// A signal and its weight.
struct Row {
    y: u32,
    name: String,
    weight: Ended,
}

impl Ended {
    /// The text, cut to its room.
    fn new(text: &str, (size, weight): (u32, u32), room: f32) -> Self {
        let text = cut(&drawable(text).unwrap_or_default(), (size, weight), room);
        Self { x: RIGHT - width(&text, size, weight), text }
    }
}

impl Picture {
    /// What must be known, in words that can be drawn: each part alone, so that none takes another with it.
    fn note(&self) -> String {
        let whole = |text: &&String| drawable(text).is_some_and(|drawn| drawn.len() == text.len());
        let stranger = self.stranger.iter().find(whole).cloned();
        self.withdrawn
            .iter()
            .filter_map(|text| drawable(text))
            .chain(stranger)
            .collect::<Vec<_>>()
            .join(" · ")
    }

    /// Cuts and wraps the words so that none leaves its place.
    pub(super) fn fit(&self) -> Fitted {
        let title = self.titles.iter().find_map(|title| drawable(title)).unwrap_or_default();
        let title = wrapped(&title, (58, 700), 2);
        let one_line = wrapped(&drawable(&self.one_line).unwrap_or_default(), (32, 400), 2);
        let mut y = 106;
        let mut placed = |lines: Vec<String>, step: u32| -> Vec<Placed> {
            lines
                .into_iter()
                .map(|text| {
                    y += step;
                    Placed { y, text }
                })
                .collect()
        };
        let title = placed(title, 70);
        let one_line = placed(one_line, 50);
        let heading =
            Placed { y: 404, text: cut(&drawable(&self.heading).unwrap_or_default(), (24, 400), ROOM) };
        let row = |(at, (name, weight)): (u32, &(String, String))| {
            let weight = Ended::new(weight, (30, 400), ROOM / 2.0);
            let room = weight.x - LEFT - 40.0;
            Row { y: 450 + 46 * at, name: cut(&drawable(name).unwrap_or_default(), (30, 700), room), weight }
        };
        Fitted {
            site: self.site.clone(),
            version: Ended::new(&self.version, (26, 400), ROOM - 220.0),
            title,
            one_line,
            heading,
            // A weight without a name says nothing.
            rows: (0..)
                .zip(self.rows.iter().filter(|(name, _)| drawable(name).is_some()))
                .take(3)
                .map(row)
                .collect(),
            note: cut(&self.note(), (24, 400), ROOM),
        }
    }
}

/// The text without what the fonts do not hold; `None` where that is a third of it or more.
fn drawable(text: &str) -> Option<String> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let kept: String = text.chars().filter(|character| is_drawn(*character)).collect();
    let (all, left) = (text.chars().count(), kept.chars().count());
    (left > 0 && (all - left) * 3 < all).then_some(kept)
}

/// At most so many lines, each as wide as there is room.
fn wrapped(text: &str, (size, weight): (u32, u32), most: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut words = text.split(' ').peekable();
    while let Some(word) = words.next() {
        let longer = lines.last().map(|line| format!("{line} {word}"));
        match longer {
            Some(longer) if width(&longer, size, weight) <= ROOM => {
                if let Some(line) = lines.last_mut() {
                    *line = longer;
                }
            }
            _ if lines.len() < most => lines.push(word.to_owned()),
            _ => {
                if let Some(line) = lines.last_mut() {
                    let rest = words.by_ref().collect::<Vec<_>>().join(" ");
                    *line = format!("{line} {word} {rest}");
                }
            }
        }
    }
    lines.into_iter().map(|line| cut(&line, (size, weight), ROOM)).collect()
}

/// The beginning of a line that fits, with dots where something is missing.
fn cut(text: &str, (size, weight): (u32, u32), room: f32) -> String {
    if width(text, size, weight) <= room {
        return text.to_owned();
    }
    let letters: Vec<char> = text.chars().collect();
    let fits = |count: usize| {
        let start: String = letters.iter().take(count).collect();
        let start = format!("{}…", start.trim_end());
        (width(&start, size, weight) <= room).then_some(start)
    };
    // The longest beginning that fits, found by halving.
    let (mut low, mut high) = (0, letters.len());
    while low < high {
        let middle = (low + high).div_ceil(2);
        if fits(middle).is_some() { low = middle } else { high = middle - 1 }
    }
    fits(low).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::super::paint::png;
    use super::*;

    fn picture(title: &str) -> Picture {
        Picture {
            site: "Vitrine".to_owned(),
            version: "Version 1".to_owned(),
            titles: vec![title.to_owned(), "in-place-of-it".to_owned()],
            one_line: "Decides what you see first.".to_owned(),
            heading: "What moves posts most".to_owned(),
            rows: vec![("Likes".to_owned(), "about 3 places".to_owned()); 5],
            withdrawn: None,
            stranger: vec!["Not written or approved by Example.".to_owned(), "By others.".to_owned()],
        }
    }

    fn drawn(title: &str) -> Vec<u8> {
        png(&picture(title).fit().render().unwrap()).unwrap()
    }

    #[test]
    fn a_picture_is_small_of_one_size_and_always_the_same() {
        for title in ["Home feed", "होम फ़ीड का क्रम", "முகப்புப் பட்டியல்", &"W".repeat(500), "<&\"'>", "🎉", ""]
        {
            let png = drawn(title);

            assert_eq!(png[..8], *b"\x89PNG\r\n\x1a\n", "{title}");
            assert_eq!(png[16..24], [0, 0, 4, 176, 0, 0, 2, 118], "{title}");
            assert!(png.len() < 100_000, "{title}: {}", png.len());
            assert_eq!(png, drawn(title), "{title}");
        }
    }

    #[test]
    fn every_script_is_drawn_and_what_has_no_font_gives_way() {
        assert_ne!(drawn("Home feed"), drawn("Home food"));
        assert_ne!(drawn("होम फ़ीड"), drawn("होम फ़ूड"));
        assert_ne!(drawn("முகப்பு"), drawn("முகம்"));
        assert_eq!(drawn("排序"), drawn("in-place-of-it"));
        assert_eq!(drawn("Home 🎉 feed"), drawn("Home feed"));
    }

    #[test]
    fn what_must_be_known_never_vanishes() {
        let mut strange = picture("Feed");
        strange.withdrawn = Some("Withdrawn".to_owned());
        strange.stranger[0] = "Not written or approved by 小红书小红书小红书小红书小红书.".to_owned();

        assert_eq!(strange.note(), "Withdrawn · By others.");
        strange.stranger[0] = "X எழுதவில்லை".to_owned();
        assert_eq!(strange.note(), "Withdrawn · X எழுதவில்லை");
    }

    #[test]
    fn a_word_looks_the_same_after_a_word_of_another_script() {
        // Tamil vowel signs stand before their consonant: unshaped, the word would be wider or narrower.
        let alone = width("எழுதவோ", 40, 400);
        let after = width("X எழுதவோ", 40, 400) - width("X ", 40, 400);
        assert!((alone - after).abs() < 0.5, "{alone} and {after}");
        let (mixed, apart) = (drawn("X எழுதவோ"), drawn("X எழுதவ ே ா"));
        assert_ne!(mixed, apart);
    }

    #[test]
    fn no_line_is_wider_than_its_place() {
        let widest = "WWWW ".repeat(60);
        let fitted = picture(&widest).fit();

        assert_eq!(fitted.title.len(), 2);
        for line in &fitted.title {
            assert!(width(&line.text, 58, 700) <= ROOM, "{}", line.text);
        }
        assert!(fitted.title[1].text.ends_with('…'));
        let one = picture(&"W".repeat(500)).fit();
        assert!(one.title[0].text.ends_with('…') && width(&one.title[0].text, 58, 700) <= ROOM);
    }
}
