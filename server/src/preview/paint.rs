//! From SVG to PNG, with the fonts in `templates/fonts` and no others.

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
const DRAWN: [std::ops::RangeInclusive<char>; 12] = [
    ' '..='~',
    '\u{a0}'..='\u{24f}',
    '\u{300}'..='\u{36f}',
    '\u{370}'..='\u{3ff}',
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

/// How wide a text is in pixels.
pub(super) fn width(text: &str, size: u32, weight: u32) -> f32 {
    let spans = spans(text);
    let svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\"><text font-size=\"{size}\" \
         font-weight=\"{weight}\">{spans}</text></svg>"
    );
    // What cannot be measured is taken to be as wide as the picture, and is then left out.
    Tree::from_str(&svg, &OPTIONS).map_or(1200.0, |tree| tree.root().abs_bounding_box().width())
}

/// A text as SVG, each of its scripts in the font that holds it: what is taken from a second font is not shaped.
pub(super) fn spans(text: &str) -> String {
    let mut runs: Vec<(&str, String)> = Vec::new();
    for character in text.chars() {
        let family = match character {
            '\u{900}'..='\u{97f}' => Some("Noto Sans Devanagari"),
            '\u{b80}'..='\u{bff}' => Some("Noto Sans Tamil"),
            // Joiners belong to the letters before them, and so may spaces.
            ' ' | '\u{200c}' | '\u{200d}' => None,
            _ => Some("Noto Sans"),
        };
        match (runs.last_mut(), family) {
            (Some((known, run)), family) if family.is_none_or(|family| family == *known) => {
                run.push(character);
            }
            (_, family) => runs.push((family.unwrap_or("Noto Sans"), character.to_string())),
        }
    }
    let span = |(family, run): (&str, String)| {
        let escaped = run.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        format!("<tspan font-family=\"{family}\">{escaped}</tspan>")
    };
    runs.into_iter().map(span).collect()
}

/// Whether the fonts hold a character.
pub(super) fn is_drawn(character: char) -> bool {
    DRAWN.iter().any(|range| range.contains(&character))
}
