//! Other made-up lists from the same ranges, to see what depends on the list and what does not.
//!
//! Both recipes make lists of the same sizes as the reference lists. They look at the columns alone:
//! a column with at most [`FEW_VALUES`] different values is *few-valued*, one that holds whole numbers only is *whole*,
//! one that is the same for all items of each list *belongs to the list*.

use std::ops::Range;

use crate::chance::Stream;
use crate::{Error, Lists, Matrix};

/// Columns with at most this many different values keep to these values.
pub const FEW_VALUES: usize = 8;

/// What the reference lists show of a column.
#[derive(Clone, Debug, PartialEq)]
struct Column {
    values: Values,
    belongs_to_list: bool,
}

#[derive(Clone, Debug, PartialEq)]
enum Values {
    Few(Vec<f64>),
    Whole { least: f64, most: f64 },
    Real { least: f64, most: f64 },
}

/// Independent uniform ranges: every column is drawn apart from the others, between its least and its greatest value
/// in the reference lists. Few-valued columns draw from their values, whole columns draw whole numbers. A column that
/// belongs to the list is drawn once a list.
///
/// # Errors
/// None that a valid [`Lists`] can cause; passes on what building the new lists says.
pub fn independent(lists: &Lists, seed: u64) -> Result<Lists, Error> {
    let columns = columns(lists);
    let mut rows = Matrix::empty(columns.len())?;
    for (list, bounds) in lists.bounds().iter().enumerate() {
        let mut stream = Stream::new(seed, "independent recipe", list);
        let shared: Vec<f64> = columns.iter().map(|column| column.values.draw(&mut stream)).collect();
        for _ in bounds.clone() {
            let own = |(column, shared): (&Column, &f64)| {
                if column.belongs_to_list { *shared } else { column.values.draw(&mut stream) }
            };
            let row: Vec<f64> = columns.iter().zip(&shared).map(own).collect();
            rows.push(&row)?;
        }
    }
    Lists::new(rows, &lists.sizes())
}

/// Another correlated draw: every item lies between two rows drawn from all reference lists, at a random share of the
/// way that is the same for all its columns. Whole columns are rounded (halves away from zero), few-valued columns
/// take the value of one of the two rows. Columns that belong to the list all come from one row drawn for the list.
///
/// # Errors
/// None that a valid [`Lists`] can cause; passes on what building the new lists says.
pub fn mixed(lists: &Lists, seed: u64) -> Result<Lists, Error> {
    let columns = columns(lists);
    let mut rows = Matrix::empty(columns.len())?;
    for (list, bounds) in lists.bounds().iter().enumerate() {
        let mut stream = Stream::new(seed, "mixed recipe", list);
        let shared = any_row(lists, &mut stream);
        for _ in bounds.clone() {
            let (one, other) = (any_row(lists, &mut stream), any_row(lists, &mut stream));
            let way = stream.unit();
            let mut row = Vec::with_capacity(columns.len());
            for (((column, shared), one), other) in columns.iter().zip(shared).zip(one).zip(other) {
                let mixed = column.values.between(*one, *other, way, &mut stream);
                row.push(if column.belongs_to_list { *shared } else { mixed });
            }
            rows.push(&row)?;
        }
    }
    Lists::new(rows, &lists.sizes())
}

fn any_row<'a>(lists: &'a Lists, stream: &mut Stream) -> &'a [f64] {
    lists.rows().row(stream.below(lists.rows().rows())).unwrap_or_default()
}

fn columns(lists: &Lists) -> Vec<Column> {
    let describe = |column| {
        let values: Vec<f64> = lists.rows().column(column).collect();
        let same = |bounds: &Range<usize>| {
            let list = values.get(bounds.clone()).unwrap_or_default();
            list.iter().all(|value| Some(value.to_bits()) == list.first().map(|first| first.to_bits()))
        };
        let belongs_to_list =
            lists.bounds().iter().all(same) && lists.bounds().iter().any(|list| list.len() > 1);
        Column { values: Values::of(&values), belongs_to_list }
    };
    (0..lists.rows().columns()).map(describe).collect()
}

impl Values {
    fn of(values: &[f64]) -> Self {
        let mut different: Vec<f64> = values.iter().copied().filter(|value| value.is_finite()).collect();
        different.sort_by(f64::total_cmp);
        different.dedup();
        let (least, most) =
            (different.first().copied().unwrap_or_default(), different.last().copied().unwrap_or_default());
        if different.len() <= FEW_VALUES {
            Self::Few(different)
        } else if different.iter().all(|value| value.fract() == 0.0) && (most - least) < 9e15 {
            Self::Whole { least, most }
        } else {
            Self::Real { least, most }
        }
    }

    fn draw(&self, stream: &mut Stream) -> f64 {
        match self {
            Self::Few(values) => stream.pick(values).copied().unwrap_or_default(),
            Self::Whole { least, most } => {
                (least + libm::floor(stream.unit() * (most - least + 1.0))).min(*most)
            }
            Self::Real { least, most } => (least + stream.unit() * (most - least)).min(*most),
        }
    }

    fn between(&self, one: f64, other: f64, way: f64, stream: &mut Stream) -> f64 {
        match self {
            Self::Few(_) => {
                if stream.unit() < 0.5 {
                    one
                } else {
                    other
                }
            }
            Self::Whole { .. } => libm::round(one + way * (other - one)),
            Self::Real { .. } => one + way * (other - one),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Columns: real, whole, few-valued, one value a list, real with a strong link to the first.
    fn reference() -> Lists {
        let mut stream = Stream::new(3, "reference", 0);
        let mut rows = Matrix::empty(5).unwrap();
        for list in 0..20_u32 {
            for _ in 0..10 {
                let first = stream.unit();
                let whole = stream.below(100);
                let few = [-1.0, 0.0, 0.5][stream.below(3)];
                rows.push(&[first, crate::count(whole), few, f64::from(list) + 0.25, first * 2.0]).unwrap();
            }
        }
        Lists::new(rows, &[10; 20]).unwrap()
    }

    fn correlation(lists: &Lists) -> f64 {
        let (one, other): (Vec<f64>, Vec<f64>) = lists.rows().iter_rows().map(|row| (row[0], row[4])).unzip();
        let (one_mean, other_mean) = (crate::mean(&one), crate::mean(&other));
        let sum = |of: &dyn Fn(f64, f64) -> f64| -> f64 {
            one.iter().zip(&other).map(|(one, other)| of(one - one_mean, other - other_mean)).sum()
        };
        sum(&|one, other| one * other) / (sum(&|one, _| one * one) * sum(&|_, other| other * other)).sqrt()
    }

    #[test]
    fn both_recipes_keep_sizes_ranges_and_kinds_of_columns() {
        let reference = reference();
        for made in [independent(&reference, 1).unwrap(), mixed(&reference, 1).unwrap()] {
            assert_eq!(made.sizes(), reference.sizes());
            for column in 0..5 {
                let range = |lists: &Lists| {
                    lists.rows().column(column).fold((f64::MAX, f64::MIN), |(least, most), value| {
                        (least.min(value), most.max(value))
                    })
                };
                let ((least, most), (made_least, made_most)) = (range(&reference), range(&made));
                assert!(least <= made_least && made_most <= most, "column {column}");
            }
            assert!(made.rows().column(1).all(|value| value.fract() == 0.0));
            assert!(made.rows().column(2).all(|value| [-1.0, 0.0, 0.5].contains(&value)));
            let lists_vary = made.bounds().iter().filter(|bounds| {
                let values: Vec<f64> =
                    (*bounds).clone().map(|row| made.rows().row(row).unwrap()[3]).collect();
                values.iter().any(|value| value.to_bits() != values[0].to_bits())
            });
            assert_eq!(lists_vary.count(), 0, "what belongs to a list is one value a list");
        }
    }

    #[test]
    fn one_recipe_breaks_links_between_columns_and_the_other_keeps_them() {
        let reference = reference();

        assert!(correlation(&independent(&reference, 1).unwrap()).abs() < 0.3);
        assert!(correlation(&mixed(&reference, 1).unwrap()) > 0.99);
    }

    #[test]
    fn the_seed_names_the_lists() {
        let reference = reference();

        assert_eq!(independent(&reference, 1), independent(&reference, 1));
        assert_ne!(independent(&reference, 1), independent(&reference, 2));
        assert_ne!(mixed(&reference, 1), mixed(&reference, 2));
    }
}
