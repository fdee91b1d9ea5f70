//! Background rows: the values that are put in place of an item's own.

use crate::chance::Stream;
use crate::{Error, Lists, Matrix};

/// Draws rows from the lists, with repetition: first a list, each equally likely, then a row of this list.
///
/// Long lists therefore weigh no more than short ones.
///
/// # Errors
/// [`Error::TooFew`] for no rows.
pub fn draw(lists: &Lists, rows: usize, seed: u64) -> Result<Matrix, Error> {
    if rows == 0 {
        return Err(Error::TooFew { setting: "background_rows", least: 1 });
    }
    let mut stream = Stream::new(seed, "background", 0);
    let mut background = Matrix::empty(lists.rows().columns())?;
    for _ in 0..rows {
        let bounds = stream.pick(lists.bounds()).cloned().unwrap_or_default();
        let row = bounds.start + stream.below(bounds.len());
        background.push(lists.rows().row(row).unwrap_or_default())?;
    }
    Ok(background)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_lists_are_drawn_from_as_often_as_long_ones() {
        let rows = Matrix::new(1, [vec![1.0], vec![0.0; 99]].concat()).unwrap();
        let lists = Lists::new(rows, &[1, 99]).unwrap();

        let background = draw(&lists, 2000, 1).unwrap();

        let from_short: f64 = background.values().iter().sum();
        // Five standard deviations of 2000 fair coins are 112.
        assert!((from_short - 1000.0).abs() < 112.0, "{from_short}");
        assert_eq!(draw(&lists, 2000, 1), Ok(background));
        assert!(draw(&lists, 0, 1).is_err());
    }
}
