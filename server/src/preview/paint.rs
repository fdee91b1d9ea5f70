//! From SVG to PNG, with the fonts in `templates/fonts` and no others.

use std::borrow::Borrow;
use std::fmt::Write as _;
use std::sync::{Arc, LazyLock};

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::fontdb::Database;
use resvg::usvg::{Options, Tree};

/// Width of a picture in pixels.
pub(super) const WIDTH: u32 = 1200;
/// Height of a picture in pixels.
pub(super) const HEIGHT: u32 = 630;

const FONTS: [&[u8]; 6] = [
    include_bytes!("../../../templates/fonts/NotoSans-Regular.ttf"),
    include_bytes!("../../../templates/fonts/NotoSans-Bold.ttf"),
    include_bytes!("../../../templates/fonts/NotoSansDevanagari-Regular.ttf"),
    include_bytes!("../../../templates/fonts/NotoSansDevanagari-Bold.ttf"),
    include_bytes!("../../../templates/fonts/NotoSansTamil-Regular.ttf"),
    include_bytes!("../../../templates/fonts/NotoSansTamil-Bold.ttf"),
];

/// Characters that the fonts hold: Latin, Greek, Cyrillic, Devanagari, Tamil, marks between words, currencies, joiners.
const DRAWN: [std::ops::RangeInclusive<char>; 14] = [
    ' '..='~',
    '\u{a0}'..='\u{24f}',
    '\u{300}'..='\u{36f}',
    '\u{384}'..='\u{386}',
    '\u{388}'..='\u{3a1}',
    '\u{3a3}'..='\u{3e1}',
    '\u{400}'..='\u{52f}',
    '\u{900}'..='\u{97f}',
    '\u{b80}'..='\u{bff}',
    '\u{1e00}'..='\u{1eff}',
    '\u{200c}'..='\u{200d}',
    '\u{2010}'..='\u{2027}',
    '\u{2030}'..='\u{205e}',
    '\u{20a0}'..='\u{20bf}',
];

static OPTIONS: LazyLock<Options<'static>> = LazyLock::new(|| {
    let mut fonts = Database::new();
    for font in FONTS {
        fonts.load_font_data(font.to_vec());
    }
    Options { fontdb: Arc::new(fonts), font_family: "Noto Sans".to_owned(), ..Options::default() }
});

/// Why there is no picture.
#[derive(Debug, thiserror::Error)]
pub(super) enum PaintError {
    /// The drawing is no SVG.
    #[error("the drawing cannot be read")]
    Drawing(#[from] resvg::usvg::Error),
    /// It could not be written as PNG.
    #[error("the picture cannot be written: {0}")]
    Writing(String),
}

/// Draws a picture.
pub(super) fn png(svg: &str) -> Result<Vec<u8>, PaintError> {
    let tree = Tree::from_str(svg, &OPTIONS)?;
    let mut pixels =
        Pixmap::new(WIDTH, HEIGHT).ok_or_else(|| PaintError::Writing("it has no size".to_owned()))?;
    resvg::render(&tree, Transform::identity(), &mut pixels.as_mut());
    pixels.encode_png().map_err(|error| PaintError::Writing(error.to_string()))
}

/// A run of letters of one script, and the font that holds them.
struct Run {
    family: &'static str,
    text: String,
}

/// A text as runs of one script each: what stands in one run is shaped together, by the rules of one script.
fn runs(text: &str) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for character in text.chars() {
        let family = match character {
            '\u{900}'..='\u{97f}' => Some("Noto Sans Devanagari"),
            '\u{b80}'..='\u{bff}' => Some("Noto Sans Tamil"),
            // Joiners belong to the letters before them, and so may spaces.
            ' ' | '\u{200c}' | '\u{200d}' => None,
            _ => Some("Noto Sans"),
        };
        match (runs.last_mut(), family) {
            (Some(run), family) if family.is_none_or(|family| family == run.family) => {
                run.text.push(character);
            }
            (_, family) => {
                let family = family.unwrap_or("Noto Sans");
                runs.push(Run { family, text: character.to_string() });
            }
        }
    }
    runs
}

impl Run {
    fn escaped(&self) -> String {
        self.text.trim().replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
    }

    /// How far the next run stands from this one, in pixels: the drawn letters, and the spaces at the ends.
    #[expect(clippy::cast_precision_loss, reason = "sizes and lengths are small")]
    fn width(&self, size: u32, weight: u32) -> f32 {
        let spaces = self.text.chars().count() - self.text.trim().chars().count();
        let svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\"><text font-family=\"{}\" \
             font-size=\"{size}\" font-weight=\"{weight}\">{}</text></svg>",
            self.family,
            self.escaped()
        );
        // What cannot be measured is taken to be as wide as the picture, and is then left out.
        let drawn = Tree::from_str(&svg, &OPTIONS).map_or(1200.0, |tree| {
            if tree.root().has_children() { tree.root().abs_bounding_box().width() } else { 0.0 }
        });
        drawn + spaces as f32 * size as f32 * SPACE
    }
}

/// Width of a space as a part of the size of the letters; that of Noto Sans.
const SPACE: f32 = 0.26;

/// How wide a text is in pixels.
pub(super) fn width(text: &str, size: u32, weight: u32) -> f32 {
    runs(text).iter().map(|run| run.width(size, weight)).sum()
}

/// A text as SVG that begins at `x`: every run at a place of its own, so that none is shaped by the rules of another's
/// script.
pub(super) fn spans(text: &str, font: impl Borrow<(u32, u32)>, x: impl Borrow<f32>) -> String {
    let ((size, weight), mut x) = (*font.borrow(), *x.borrow());
    let mut spans = String::new();
    for run in runs(text) {
        let (family, escaped) = (run.family, run.escaped());
        // Writing to a text never fails.
        let _written = write!(spans, "<tspan x=\"{x:.1}\" font-family=\"{family}\">{escaped}</tspan>");
        x += run.width(size, weight);
    }
    spans
}

/// Whether the fonts hold a character.
pub(super) fn is_drawn(character: char) -> bool {
    DRAWN.iter().any(|range| range.contains(&character))
}
