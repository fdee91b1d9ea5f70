//! Who shares a score out: signals, or groups of signals that move together.

use crate::Error;

/// Disjoint sets of columns. Columns of no player keep the item's own value throughout.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Players {
    sets: Vec<Vec<usize>>,
    columns: usize,
}

impl Players {
    /// Players of these columns, each a set of positions from 0.
    ///
    /// # Errors
    /// [`Error::NoSuchColumn`] for a column that is not there, [`Error::SharedColumn`] for a column of two players.
    pub fn new(columns: usize, sets: Vec<Vec<usize>>) -> Result<Self, Error> {
        let mut seen = vec![false; columns];
        for column in sets.iter().flatten().copied() {
            match seen.get_mut(column) {
                None => return Err(Error::NoSuchColumn { column, columns }),
                Some(true) => return Err(Error::SharedColumn { column }),
                Some(free) => *free = true,
            }
        }
        Ok(Self { sets, columns })
    }

    /// Every column for itself.
    #[must_use]
    pub fn each(columns: usize) -> Self {
        Self { sets: (0..columns).map(|column| vec![column]).collect(), columns }
    }

    /// How many players.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.sets.len()
    }

    /// Whether nobody plays.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.sets.is_empty()
    }

    /// Columns of a row.
    #[must_use]
    pub const fn columns(&self) -> usize {
        self.columns
    }

    /// The columns of each player.
    #[must_use]
    pub fn sets(&self) -> &[Vec<usize>] {
        &self.sets
    }

    /// The player of each column; `None` for a column that keeps the item's value.
    #[must_use]
    pub fn of_columns(&self) -> Vec<Option<usize>> {
        let mut players = vec![None; self.columns];
        for (player, column) in
            self.sets.iter().enumerate().flat_map(|(player, set)| set.iter().map(move |c| (player, *c)))
        {
            if let Some(slot) = players.get_mut(column) {
                *slot = Some(player);
            }
        }
        players
    }
}
